// What a running dossier adds to its diagram: where it stands, where it has been, when a step is due; and what
// all dossiers together add: how many stand where. Each mark has a shape and a word, never a colour alone.
import { say } from '../page/words.js';

function badge(className, text) {
  const element = document.createElement('span');
  element.className = `diagram-badge ${className}`;
  element.textContent = text;
  return element;
}

function splitIds(text) {
  return (text ?? '').split(/\s+/).filter(Boolean);
}

/**
 * Mark the elements that the container names:
 *   data-current  ids of the open steps
 *   data-visited  ids of the steps done before
 *   data-due      {"<id>": "dd/mm/yyyy"}: the last day of an open step
 *   data-late     ids of the open steps whose last day has passed
 *   data-levels   {"<id>": 2}: how high a late step has climbed with an open escalation
 */
export function markSteps(viewer, { current, visited, due, late, levels }) {
  const canvas = viewer.get('canvas');
  const overlays = viewer.get('overlays');
  const elements = viewer.get('elementRegistry');
  const open = splitIds(current);
  const overdue = new Set(splitIds(late));
  const lastDays = JSON.parse(due || '{}');
  const climbed = JSON.parse(levels || '{}');

  const known = (id) => elements.get(id) !== undefined;
  for (const id of splitIds(visited).filter((id) => known(id) && !open.includes(id))) {
    canvas.addMarker(id, 'is-visited');
    if (elements.get(id).width >= 80) {
      overlays.add(id, { position: { bottom: 10, right: 30 }, html: badge('diagram-badge--done', `✓ ${say('diagram.done')}`) });
    }
  }
  for (const id of open.filter(known)) {
    canvas.addMarker(id, 'is-current');
    overlays.add(id, { position: { top: -27, left: 6 }, html: badge('diagram-badge--here', `▼ ${say('diagram.here')}`) });
    if (id in climbed) {
      overlays.add(id, {
        position: { bottom: 9, left: 22 },
        html: badge('diagram-badge--late', say('diagram.level', { level: climbed[id] })),
      });
    }
    if (id in lastDays) {
      const [kind, text] = overdue.has(id) ? ['late', 'diagram.late'] : ['due', 'diagram.due'];
      overlays.add(id, {
        position: { bottom: 9, left: 44 },
        html: badge(`diagram-badge--${kind}`, say(text, { date: lastDays[id] })),
      });
    }
  }
}

/**
 * Mark how many stand at each element: data-standing is {"<id>": {"words", "late", "href"}}. A mark leads to
 * its list.
 */
export function markStanding(viewer, { standing }) {
  const elements = viewer.get('elementRegistry');
  for (const [id, { words, late, href }] of Object.entries(JSON.parse(standing || '{}'))) {
    if (elements.get(id) === undefined) {
      continue;
    }
    const link = document.createElement('a');
    link.className = `diagram-badge diagram-badge--${late ? 'late' : 'due'}`;
    link.href = href;
    link.textContent = words;
    viewer.get('canvas').addMarker(id, 'is-current');
    viewer.get('overlays').add(id, { position: { top: -14, left: 6 }, html: link });
  }
}
