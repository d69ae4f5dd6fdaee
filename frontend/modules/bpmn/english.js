// A diagram's names are Vietnamese; each element keeps its English name in its documentation, on a line
// "en: …". An English page shows those.

const ENGLISH = /^en:\s*(.+)$/m;

function translate(element) {
  const [, name] = ENGLISH.exec(element.documentation?.[0]?.text ?? '') ?? [];
  if (name === undefined) {
    return;
  }
  if (element.$type === 'bpmn:TextAnnotation') {
    element.text = name;
  } else {
    element.name = name;
  }
}

function translateProcess(process) {
  const lanes = (process.laneSets ?? []).flatMap((set) => set.lanes ?? []);
  [...(process.flowElements ?? []), ...(process.artifacts ?? []), ...lanes].forEach(translate);
}

/** Replace the names of a freshly read diagram, before it is drawn. */
export function nameInEnglish(definitions) {
  for (const root of definitions.rootElements ?? []) {
    if (root.$type === 'bpmn:Process') {
      translateProcess(root);
    }
    (root.participants ?? []).forEach(translate);
  }
}
