// Drafts that could not reach the server, kept in this browser for the same person until they come back.

const PREFIX = 'trinh.draft:';
const KEPT_FOR_MS = 7 * 24 * 60 * 60 * 1000;

/** Where a form's draft lies: one place for each person and draft address. */
function keyOf(form) {
  return `${PREFIX}${form.dataset.draftUser ?? ''}:${form.dataset.draftUrl}`;
}

/**
 * Keep the values of a form; false when the browser refuses (private mode, storage full). `submitted` says
 * that they are on their way to the server and are needed only if it turns out that they did not arrive.
 */
export function keepDraft(form, values, submitted = false) {
  try {
    localStorage.setItem(keyOf(form), JSON.stringify({ at: Date.now(), values, submitted }));
    return true;
  } catch {
    return false;
  }
}

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

function keptKeys() {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
  } catch {
    return [];
  }
}

/** The kept draft of a form as {at, values, submitted}, or null. An old or damaged one is thrown away. */
export function keptDraft(form) {
  const draft = read(keyOf(form));
  if (draft && Date.now() - draft.at < KEPT_FOR_MS) {
    return draft;
  }
  dropDraft(form);
  return null;
}

export function dropDraft(form) {
  if (keptKeys().includes(keyOf(form))) {
    localStorage.removeItem(keyOf(form));
  }
}

/** The drafts that are on their way to the server and whose forms this page does not show. */
function onTheirWay(formsOnPage) {
  const waiting = new Set(formsOnPage.map(keyOf));
  return keptKeys().filter((key) => !waiting.has(key) && read(key)?.submitted !== false);
}

/**
 * A signed-in page that no longer shows a submitted form tells that its values arrived: drop them.
 */
export function dropArrivedDrafts(formsOnPage) {
  onTheirWay(formsOnPage).forEach((key) => localStorage.removeItem(key));
}

/**
 * A page that refuses what was sent tells that the values did not arrive: keep them, whatever page comes next.
 */
export function keepRefusedDrafts(formsOnPage) {
  for (const key of onTheirWay(formsOnPage)) {
    const draft = read(key);
    if (draft === null) {
      localStorage.removeItem(key);
    } else {
      localStorage.setItem(key, JSON.stringify({ ...draft, submitted: false }));
    }
  }
}

/** What nobody has come back for is thrown away in the end. */
export function dropOldDrafts() {
  keptKeys()
    .filter((key) => !(Date.now() - read(key)?.at < KEPT_FOR_MS))
    .forEach((key) => localStorage.removeItem(key));
}

/** Signing out on purpose leaves nothing behind on the computer. */
export function dropAllDrafts() {
  keptKeys().forEach((key) => localStorage.removeItem(key));
}
