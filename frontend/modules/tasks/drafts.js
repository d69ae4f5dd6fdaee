// A task form saves itself: a moment after the last change its values go to `data-draft-url`. When that
// fails they are kept in this browser and restored when the same person opens the form again.
import { meta, onEach } from '../page/parts.js';
import { clockTime, say } from '../page/words.js';
import { dropAllDrafts, dropArrivedDrafts, dropDraft, keepDraft, keptDraft } from './kept_drafts.js';

const QUIET_MS = 1500;
const SECRET_FIELDS = new Set(['csrf_token']);

/** What the person entered, as plain name → text; files cannot be kept. */
function enteredValues(form) {
  const values = {};
  for (const [name, value] of new FormData(form)) {
    if (typeof value === 'string' && !SECRET_FIELDS.has(name)) {
      values[name] = value;
    }
  }
  return values;
}

/**
 * Send the values: "saved", "signed_out", "conflict" (somebody else handled the task) or "offline".
 */
async function send(form) {
  try {
    const answer = await fetch(form.dataset.draftUrl, {
      method: 'POST',
      body: new URLSearchParams(enteredValues(form)),
      headers: { 'X-CSRFToken': meta('csrf-token'), 'X-Requested-With': 'draft' },
      redirect: 'manual',
      credentials: 'same-origin',
    });
    if (answer.ok) {
      return 'saved';
    }
    if (answer.status === 409) {
      return 'conflict';
    }
    // An expired session answers with a redirect to the sign-in page, or with a token that no longer fits.
    const signedOut = answer.type === 'opaqueredirect' || [400, 401, 403].includes(answer.status);
    return signedOut ? 'signed_out' : 'offline';
  } catch {
    return 'offline';
  }
}

class TaskDraft {
  constructor(form) {
    this.form = form;
    this.dirty = false;
    this.submitting = false;
    this.timer = null;
    this.status = form.querySelector('[data-draft-status]');
  }

  start() {
    this.restore();
    this.form.addEventListener('input', () => this.changed());
    this.form.addEventListener('change', () => this.changed());
    this.form.addEventListener('submit', (event) => this.submitted(event));
    // On the document: an answer may have replaced the form by then.
    document.addEventListener('htmx:afterRequest', ({ detail }) => {
      if (detail.requestConfig.elt === this.form) {
        this.answered(detail.successful);
      }
    });
    window.addEventListener('beforeunload', (event) => {
      if (this.dirty && !this.submitting && this.form.isConnected) {
        event.preventDefault();
      }
    });
  }

  changed() {
    this.dirty = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), QUIET_MS);
  }

  async save() {
    if (!this.form.isConnected || this.submitting) {
      return;
    }
    this.show(say('draft.saving'));
    this.dirty = false;
    const outcome = await send(this.form);
    if (outcome === 'saved') {
      dropDraft(this.form);
      this.show(say('draft.saved', { time: clockTime(new Date()) }));
      return;
    }
    const kept = keepDraft(this.form, enteredValues(this.form));
    this.dirty = this.dirty || !kept;
    this.show(say(kept || outcome === 'conflict' ? `draft.${outcome}` : 'draft.lost'), true);
  }

  submitted(event) {
    if (event.defaultPrevented && !this.form.matches('[hx-post]')) {
      return;
    }
    clearTimeout(this.timer);
    // Until the server has taken the decision, a lost session must not lose the words.
    keepDraft(this.form, enteredValues(this.form), true);
    this.submitting = true;
  }

  answered(taken) {
    this.submitting = false;
    if (taken) {
      this.dirty = false;
      dropDraft(this.form);
    }
  }

  /** Bring back what could not be sent last time; the form-js part listens for the same values. */
  restore() {
    const draft = keptDraft(this.form);
    if (draft === null) {
      return;
    }
    if (draft.submitted && document.querySelector('[data-error-summary]')) {
      // The server has them: it shows them again with what is wrong.
      dropDraft(this.form);
      return;
    }
    for (const [name, value] of Object.entries(draft.values)) {
      for (const field of this.form.elements) {
        if (field.name === name && field.type !== 'hidden' && field.type !== 'file') {
          restoreField(field, value);
        }
      }
    }
    this.form.restoredValues = draft.values;
    this.form.dispatchEvent(new CustomEvent('trinh:restored'));
    this.show(say('draft.restored', { time: clockTime(new Date(draft.at)) }), true);
    this.changed();
  }

  show(message, important = false) {
    if (this.status) {
      this.status.textContent = message;
      this.status.classList.toggle('draft-status--important', important);
    }
  }
}

function restoreField(field, value) {
  if (field.type === 'radio' || field.type === 'checkbox') {
    field.checked = field.value === value;
  } else {
    field.value = value;
  }
}

export function startDrafts() {
  onEach('form[data-draft-url]', (form) => new TaskDraft(form).start());
  if (document.querySelector('[data-sign-out]')) {
    dropArrivedDrafts([...document.querySelectorAll('form[data-draft-url]')]);
  }
  document.addEventListener('submit', (event) => {
    if (event.target.matches('[data-sign-out]')) {
      dropAllDrafts();
    }
  });
}
