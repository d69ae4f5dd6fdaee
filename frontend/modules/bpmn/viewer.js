// A diagram on a page, read only: fitted to its frame, zoomed by buttons and keys, with a dossier's marks.
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';

import { language, say } from '../page/words.js';
import { nameInEnglish } from './english.js';
import { markStanding, markSteps } from './marks.js';
import trinh from './trinh.moddle.json';

const READABLE_ZOOM = 0.75;
const LEAST_ZOOM = 0.5;
const MARGIN = 16;
const HEIGHT = { least: 352, most: 1280 };
const ZOOM_STEP = 1.25;
const FONT = '"Be Vietnam Pro", sans-serif';

function firstMarked(viewer, ids) {
  return (ids ?? '').split(/\s+/).map((id) => viewer.get('elementRegistry').get(id)).find(Boolean);
}

/** Give the frame the proportions of its diagram, so that all of it is shown as large as the page allows. */
function shapeFrame(viewer, frame) {
  const { inner } = viewer.get('canvas').viewbox();
  const height = (frame.clientWidth * (inner.height + 2 * MARGIN)) / (inner.width + 2 * MARGIN);
  frame.style.height = `${Math.min(Math.max(height, HEIGHT.least), HEIGHT.most)}px`;
}

/** Where a window of `size` begins so that it centres on `centre` but shows nothing beyond the diagram. */
function windowStart(centre, size, start, length) {
  const [first, last] = [start - MARGIN, start + length + MARGIN - size];
  return first > last ? (first + last) / 2 : Math.min(Math.max(centre - size / 2, first), last);
}

/** Show the whole diagram; where that is too small to read, rather the neighbourhood of `current` if given. */
function fit(viewer, current) {
  const canvas = viewer.get('canvas');
  canvas.resized();
  const { inner, outer } = canvas.viewbox();
  const whole = Math.min(outer.width / (inner.width + 2 * MARGIN), outer.height / (inner.height + 2 * MARGIN));
  const [shown, scale] = whole < LEAST_ZOOM && current ? [current, READABLE_ZOOM] : [inner, whole];
  const [width, height] = [outer.width / scale, outer.height / scale];
  canvas.viewbox({
    x: windowStart(shown.x + shown.width / 2, width, inner.x, inner.width),
    y: windowStart(shown.y + shown.height / 2, height, inner.y, inner.height),
    width,
    height,
  });
}

function zoomBy(viewer, factor) {
  const canvas = viewer.get('canvas');
  canvas.zoom(Math.min(Math.max(canvas.zoom() * factor, 0.2), 4));
}

function addTools(frame, actions) {
  const tools = document.createElement('div');
  tools.className = 'diagram__tools';
  for (const [sign, key, act] of actions) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'diagram__tool';
    button.textContent = sign;
    button.title = say(key);
    button.setAttribute('aria-label', say(key));
    button.addEventListener('click', act);
    tools.append(button);
  }
  frame.append(tools);
}

function listenToKeys(frame, keys) {
  frame.addEventListener('keydown', (event) => {
    const act = keys[event.key];
    if (act && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      act();
    }
  });
}

/** The wheel scrolls the page as everywhere; with Ctrl it zooms the diagram. */
function tameWheel(viewer, frame) {
  viewer.get('zoomScroll').toggle(false);
  frame.addEventListener('wheel', (event) => {
    if (event.ctrlKey) {
      event.preventDefault();
      zoomBy(viewer, event.deltaY < 0 ? ZOOM_STEP : 1 / ZOOM_STEP);
    }
  }, { passive: false });
}

async function draw(frame) {
  const answer = await fetch(frame.dataset.diagramUrl, { credentials: 'same-origin' });
  if (!answer.ok) {
    throw new Error(`The diagram's address answered ${answer.status}.`);
  }
  const viewer = new NavigatedViewer({
    container: frame,
    moddleExtensions: { trinh },
    textRenderer: { defaultStyle: { fontFamily: FONT, fontSize: 12 }, externalStyle: { fontSize: 11 } },
  });
  if (language() === 'en') {
    viewer.on('import.parse.complete', ({ definitions }) => definitions && nameInEnglish(definitions));
  }
  // Text is measured when it is drawn: the font must be there first.
  await document.fonts.load(`12px ${FONT}`, 'aế');
  await viewer.importXML(await answer.text());
  return viewer;
}

/** Draw the diagram of `data-diagram-url` into `frame`, once the frame is on the screen. */
export function mountDiagram(frame) {
  const whenSeen = new IntersectionObserver(async ([entry]) => {
    if (!entry.isIntersecting) {
      return;
    }
    whenSeen.disconnect();
    try {
      const viewer = await draw(frame);
      const whole = () => fit(viewer);
      const nearer = () => zoomBy(viewer, ZOOM_STEP);
      const farther = () => zoomBy(viewer, 1 / ZOOM_STEP);
      shapeFrame(viewer, frame);
      fit(viewer, firstMarked(viewer, frame.dataset.current));
      markSteps(viewer, frame.dataset);
      markStanding(viewer, frame.dataset);
      tameWheel(viewer, frame);
      addTools(frame, [['+', 'diagram.zoom_in', nearer], ['−', 'diagram.zoom_out', farther], ['⤢', 'diagram.fit', whole]]);
      listenToKeys(frame, { '+': nearer, '=': nearer, '-': farther, 0: whole });
      frame.dataset.diagramReady = '';
    } catch (error) {
      frame.textContent = say('diagram.broken');
      throw error;
    }
  });
  whenSeen.observe(frame);
}
