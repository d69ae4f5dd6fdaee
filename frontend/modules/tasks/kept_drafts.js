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

/** The kept draft of a form as {at, values, submitted}, or null. An old or damaged one is thrown away. */
export function keptDraft(form) {
  try {
    const draft = JSON.parse(localStorage.getItem(keyOf(form)));
    if (draft && Date.now() - draft.at < KEPT_FOR_MS) {
      return draft;
    }
  } catch {
    // Damaged: dropped below like an old one.
  }
  dropDraft(form);
  return null;
}

export function dropDraft(form) {
  try {
    localStorage.removeItem(keyOf(form));
  } catch {
    // Storage is closed to us: there is nothing to drop.
  }
}

/**
 * A signed-in page that no longer shows a submitted form tells that its values arrived: drop them.
 */
export function dropArrivedDrafts(formsOnPage) {
  const waiting = new Set(formsOnPage.map(keyOf));
  for (const key of Object.keys(localStorage)) {
    if (key.startsWith(PREFIX) && !waiting.has(key) && JSON.parse(localStorage.getItem(key)).submitted) {
      localStorage.removeItem(key);
    }
  }
}

/** Signing out on purpose leaves nothing behind on the computer. */
export function dropAllDrafts() {
  for (const key of Object.keys(localStorage)) {
    if (key.startsWith(PREFIX)) {
      localStorage.removeItem(key);
    }
  }
}
