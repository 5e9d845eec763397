/* Screening by keyboard: one key a verdict, a digit a reason. Without this, the buttons do the same. */
const form = document.getElementById("judge");

function press(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const isTyping = event.target.matches("input:not([type=radio]), textarea, select");
  if (isTyping) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  if (event.key === "b") document.getElementById("back")?.click();
  if (!form) return;
  if (event.key === "n") {
    form.note.focus();
    event.preventDefault();
  }
  if (/^\d$/.test(event.key)) {
    const reasons = [...form.querySelectorAll("input[name=reason]")];
    const chosen = event.key === "0" ? reasons.at(-1) : reasons.slice(0, -1)[event.key - 1];
    if (chosen) chosen.checked = true;
  }
  form.querySelector(`button[data-key="${CSS.escape(event.key)}"]`)?.click();
}

if (form) {
  // A vote that is sent twice by a key held down would be taken for one on the next record.
  let isSent = false;
  form.addEventListener("submit", (event) => {
    if (isSent) event.preventDefault();
    isSent = true;
  });
}
addEventListener("keydown", (event) => {
  if (!event.repeat) press(event);
});
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
