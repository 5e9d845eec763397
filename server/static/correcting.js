// The form that corrects a record: a warning before what was typed is left behind.

const form = document.querySelector("#draft");
let isTyped = document.querySelector(".changes") !== null;

form.addEventListener("input", () => {
  isTyped = true;
});
form.addEventListener("submit", () => {
  isTyped = false;
});
addEventListener("beforeunload", (event) => {
  if (isTyped) event.preventDefault();
});
