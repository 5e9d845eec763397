// Completion from the terms that this dataset uses: prefixes, classes, and the properties that
// things of the subject's class have.

const TYPE = String.raw`(?:a|rdf:type)\s+([A-Za-z][\w-]*:[\w-]+|<[^>\s]+>)`;

export function complete(Yasqe, editor, words) {
  const labels = new Map([...words.classes, ...words.properties].map(({ iri, label }) => [iri, label]));
  const named = (hints) => hints.map((hint) => ({ ...hint, displayText: told(hint, labels, words.prefixes) }));

  Yasqe.forkAutocompleter("prefixes", {
    name: "our-prefixes",
    persistenceId: null,
    get: () => Object.entries(words.prefixes).map(([prefix, iri]) => `${prefix}: <${iri}>`),
  });
  Yasqe.forkAutocompleter("class", {
    name: "our-classes",
    bulk: false,
    persistenceId: null,
    get: (_, token) => starting(words.classes, token),
    postprocessHints: (_, hints) => named(hints),
  });
  Yasqe.forkAutocompleter("property", {
    name: "our-properties",
    bulk: false,
    persistenceId: null,
    get: (yasqe, token) => {
      const class_ = classOfSubject(yasqe, words.prefixes);
      const fitting = words.properties.filter(({ classes }) => classes.includes(class_));
      return starting(fitting.length ? fitting : words.properties, token);
    },
    postprocessHints: (_, hints) => named(hints),
  });
  for (const name of ["variables", "our-prefixes", "our-classes", "our-properties"]) editor.enableCompleter(name);
  declareWhatIsTyped(editor, words.prefixes);
}

// What begins as typed; where nothing does, what holds the typed word in its label.
function starting(terms, token) {
  const typed = token?.autocompletionString ?? "";
  const found = terms.filter(({ iri }) => iri.startsWith(typed));
  const word = typed.split(/[/#:]/).pop().toLowerCase();
  const near = found.length || !word ? found : terms.filter(({ label }) => label.toLowerCase().includes(word));
  return near.slice(0, 100).map(({ iri }) => iri);
}

function told(hint, labels, prefixes) {
  const iri = hint.text.startsWith("<") ? hint.text.slice(1, -1) : expanded(hint.text, prefixes);
  const label = labels.get(iri);
  return label ? `${hint.displayText ?? hint.text}  ${label}` : (hint.displayText ?? hint.text);
}

function expanded(name, prefixes) {
  const [prefix, ...rest] = name.split(":");
  return prefix in prefixes ? prefixes[prefix] + rest.join(":") : name;
}

function classOfSubject(yasqe, prefixes) {
  const text = yasqe.getValue();
  const before = text.slice(0, yasqe.indexFromPos(yasqe.getCursor()));
  const statement = before.split(/[.{}]\s/).pop().trim();
  const subject = statement.match(/^(\?\w+|\$\w+)/)?.[1];
  if (!subject) return undefined;
  const name = subject.replace(/[?$]/, String.raw`[?$]`);
  const type = text.match(new RegExp(String.raw`${name}\s+${TYPE}`))?.[1];
  if (!type) return undefined;
  return type.startsWith("<") ? type.slice(1, -1) : expanded(type, prefixes);
}

// A prefix of ours that is used and not declared is declared when its colon is typed.
function declareWhatIsTyped(editor, prefixes) {
  editor.on("change", (_, change) => {
    if (change.origin !== "+input" || change.text.join("") !== ":") return;
    const line = editor.getLine(change.from.line).slice(0, change.from.ch);
    const prefix = line.match(/(?:^|[\s^/|(!,;])([A-Za-z][\w-]*)$/)?.[1];
    if (!prefix || !(prefix in prefixes) || /^\s*PREFIX/i.test(line)) return;
    if (!(prefix in editor.getPrefixesFromQuery())) editor.addPrefixes({ [prefix]: prefixes[prefix] });
  });
}
