// A task form saves itself: a moment after the last change its values go to `data-draft-url`. Until they have
// arrived they are kept in this browser, and restored when the same person opens the form again.
import { meta, onEach } from '../page/parts.js';
import { clockTime, say } from '../page/words.js';
import {
  dropAllDrafts,
  dropArrivedDrafts,
  dropDraft,
  dropOldDrafts,
  keepDraft,
  keepRefusedDrafts,
  keptDraft,
} from './kept_drafts.js';

const QUIET_MS = 1500;
const MOST_ON_LEAVING = 6_000;  // In letters: a browser sends at most 64 kB after a page that goes.
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
 * Send the values: {outcome, told, revision}. The outcome is "saved", "signed_out", "conflict" (the task is
 * closed), "other_window" (the same person has saved from another one) or "offline".
 */
async function send(form, revision, leaving = false) {
  try {
    const body = new URLSearchParams(enteredValues(form));
    if (revision !== null) {
      body.set('draft_revision', revision);
    }
    const answer = await fetch(form.dataset.draftUrl, {
      method: 'POST',
      body,
      headers: { 'X-CSRFToken': meta('csrf-token'), 'X-Requested-With': 'draft' },
      redirect: 'manual',
      credentials: 'same-origin',
      keepalive: leaving,
    });
    const said = answer.headers.get('Content-Type')?.startsWith('application/json') ? await answer.json() : {};
    if (answer.ok) {
      return { outcome: 'saved', ...said };
    }
    if (answer.status === 409) {
      return { outcome: said.other_window ? 'other_window' : 'conflict', told: said.told };
    }
    // An expired session answers with a redirect to the sign-in page, or with a token that no longer fits.
    const signedOut = answer.type === 'opaqueredirect' || [400, 401, 403].includes(answer.status);
    return { outcome: signedOut ? 'signed_out' : 'offline' };
  } catch {
    return { outcome: 'offline' };
  }
}

class TaskDraft {
  constructor(form) {
    this.form = form;
    this.dirty = false;
    this.kept = false;
    this.submitting = false;
    this.timer = null;
    // The draft that this window has seen; two windows of one person notice each other by it.
    this.revision = form.dataset.draftRevision ?? '0';
    this.overtaken = false;
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
    document.addEventListener('htmx:beforeRequest', ({ detail }) => {
      if (this.dirty && detail.requestConfig.elt !== this.form) {
        this.save();  // Another task of the list takes the place of this one.
      }
    });
    window.addEventListener('pagehide', () => this.left());
    this.form.addEventListener('trinh:save', ({ detail }) => detail.push(this.save()));
    for (const button of this.form.querySelectorAll('[data-draft-discard]')) {
      button.addEventListener('click', () => this.discard(button.dataset.draftDiscard));
    }
    window.addEventListener('beforeunload', (event) => {
      if (this.dirty && !this.kept && !this.submitting && this.form.isConnected) {
        event.preventDefault();
      }
    });
  }

  changed() {
    this.dirty = true;
    // Whatever comes before the next saving: a crash, a lost network, a session that ends.
    this.kept = keepDraft(this.form, enteredValues(this.form));
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), QUIET_MS);
  }

  /** The page goes before the next saving: the values are sent after it, and dropped here once they arrived. */
  left() {
    if (!this.dirty || this.submitting || this.overtaken || !this.form.isConnected) {
      return;
    }
    const values = enteredValues(this.form);
    const small = JSON.stringify(values).length < MOST_ON_LEAVING;
    keepDraft(this.form, values, small);
    if (small) {
      send(this.form, this.revision, true);
      // Shown again by the browser's own button, this page would not know what it has saved.
      window.addEventListener('pageshow', () => window.location.reload(), { once: true });
    }
  }

  /** Save now; `mine` says that what stands here goes before what another window has saved. */
  async save(mine = false) {
    clearTimeout(this.timer);
    if (!this.form.isConnected || this.submitting || (this.overtaken && !mine)) {
      return;
    }
    this.show(say('draft.saving'));
    this.dirty = false;
    const { outcome, told, revision } = await send(this.form, mine ? null : this.revision);
    if (outcome === 'saved') {
      this.revision = revision;
      this.overtaken = false;
      if (!this.dirty) {
        dropDraft(this.form);
      }
      this.show(told);
      return;
    }
    const kept = keepDraft(this.form, enteredValues(this.form));
    this.dirty = this.dirty || !kept;
    if (outcome === 'other_window') {
      this.overtaken = true;
      this.askWhich(told);
      return;
    }
    this.show(told ?? say(kept || outcome === 'conflict' ? `draft.${outcome}` : 'draft.lost'), true);
  }

  /** Another window has saved meanwhile: the person says which of the two goes on; nothing is lost till then. */
  askWhich(told) {
    this.show(`${told} ${say('draft.kept_here')}`, true);
    const choice = (label, act) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.className = 'btn btn-secondary btn-sm';
      button.textContent = label;
      button.addEventListener('click', act);
      return button;
    };
    this.status?.append(
      ' ',
      choice(say('draft.use_this'), () => this.save(true)),
      ' ',
      choice(say('draft.use_other'), () => {
        dropDraft(this.form);
        this.leave();
      }),
    );
  }

  /** Throw away what was kept, here and on the server, and begin with the page as it came. */
  async discard(url) {
    clearTimeout(this.timer);
    await fetch(url, { method: 'POST', headers: { 'X-CSRFToken': meta('csrf-token') }, credentials: 'same-origin' });
    dropDraft(this.form);
    this.leave();
  }

  leave() {
    this.dirty = false;
    window.location.reload();
  }

  submitted(event) {
    if (event.defaultPrevented && !this.form.matches('[hx-post]')) {
      return;
    }
    clearTimeout(this.timer);
    // Until the server has taken the decision, a lost session must not lose the words.
    keepDraft(this.form, enteredValues(this.form), true);
    this.submitting = true;
    // Coming back with the browser's own button shows this very page again: let it save on.
    window.addEventListener('pageshow', () => { this.submitting = false; }, { once: true });
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
      // The server shows them again with what is wrong. Of a form of a step it has kept them too; of another
      // they are kept from here, since whoever goes elsewhere now would lose them.
      if (this.form.dataset.formSchemaId) {
        dropDraft(this.form);
      } else {
        this.changed();
      }
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
  dropOldDrafts();
  const shown = [...document.querySelectorAll('form[data-draft-url]')];
  if ('refused' in document.body.dataset) {
    keepRefusedDrafts(shown);
  } else if (document.querySelector('[data-sign-out]')) {
    dropArrivedDrafts(shown);
  }
  document.addEventListener('submit', (event) => {
    if (event.target.matches('[data-sign-out]')) {
      dropAllDrafts();
    }
  });
}
