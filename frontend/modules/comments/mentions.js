// Calling people in a comment: after an @ the page offers those who may read it, found without accents.
import { onEach } from '../page/parts.js';
import { say } from '../page/words.js';

const QUIET_MS = 200;
const CALL = /(?:^|[^\p{L}\p{N}_@])@([\p{L}\p{N}_][\p{L}\p{N}_ .-]{0,40}|)$/u;

let numbers = 0;

class Mentions {
  constructor(text) {
    this.text = text;
    this.form = text.form;
    this.people = [];
    this.chosen = 0;
    this.list = document.createElement('ul');
    this.status = document.createElement('p');
  }

  start() {
    numbers += 1;
    this.list.id = `mentions-${numbers}`;
    this.list.className = 'mentions';
    this.list.hidden = true;
    this.list.setAttribute('role', 'listbox');
    this.list.setAttribute('aria-label', say('mentions.list'));
    this.status.className = 'visually-hidden';
    this.status.setAttribute('role', 'status');
    this.text.after(this.list, this.status);
    this.text.setAttribute('aria-autocomplete', 'list');
    this.text.setAttribute('aria-controls', this.list.id);
    this.text.addEventListener('input', () => this.typed());
    this.text.addEventListener('keydown', (event) => this.pressed(event));
    this.text.addEventListener('blur', () => setTimeout(() => this.close(), 150));
    this.list.addEventListener('mousedown', (event) => this.clicked(event));
  }

  /** What stands after the @ before the cursor, or null. */
  call() {
    const before = this.text.value.slice(0, this.text.selectionStart);
    return CALL.exec(before)?.[1] ?? null;
  }

  typed() {
    clearTimeout(this.timer);
    const call = this.call();
    if (call === null) {
      this.close();
      return;
    }
    this.timer = setTimeout(() => this.find(call), QUIET_MS);
  }

  async find(call) {
    const scope = this.form.dataset.mentionsScope ?? this.form.elements.scope?.value ?? 'dossier';
    const url = `${this.form.dataset.mentionsUrl}?${new URLSearchParams({ q: call.trim(), scope })}`;
    try {
      const answer = await fetch(url, { redirect: 'manual', credentials: 'same-origin' });
      if (answer.ok && this.call() === call) {
        this.offer((await answer.json()).people);
      }
    } catch {
      this.close();
    }
  }

  offer(people) {
    this.people = people;
    this.chosen = 0;
    if (people.length === 0) {
      this.close();
      // Three letters that begin no name are likely meant as plain text: say nothing more than needed.
      this.status.textContent = (this.call() ?? '').length > 2 ? say('mentions.none') : '';
      return;
    }
    this.list.replaceChildren(...people.map((person, index) => this.option(person, index)));
    this.list.hidden = false;
    this.status.textContent = say('mentions.found', { number: people.length });
    this.mark();
  }

  option({ name, office }, index) {
    const item = document.createElement('li');
    item.id = `${this.list.id}-${index}`;
    item.className = 'mentions__one';
    item.dataset.index = index;
    item.setAttribute('role', 'option');
    const who = document.createElement('strong');
    who.textContent = name;
    const where = document.createElement('span');
    where.className = 'muted';
    where.textContent = office;
    item.append(who, ' ', where);
    return item;
  }

  mark() {
    [...this.list.children].forEach((item, index) => item.setAttribute('aria-selected', String(index === this.chosen)));
    this.text.setAttribute('aria-activedescendant', `${this.list.id}-${this.chosen}`);
    this.list.children[this.chosen]?.scrollIntoView({ block: 'nearest' });
  }

  pressed(event) {
    if (this.list.hidden) {
      return;
    }
    const moves = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in moves) {
      this.chosen = (this.chosen + moves[event.key] + this.people.length) % this.people.length;
      this.mark();
    } else if (event.key === 'Enter' || event.key === 'Tab') {
      this.insert(this.people[this.chosen]);
    } else if (event.key === 'Escape') {
      this.close();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  clicked(event) {
    const item = event.target.closest('[role="option"]');
    if (item) {
      event.preventDefault();
      this.insert(this.people[Number(item.dataset.index)]);
    }
  }

  insert({ written }) {
    const end = this.text.selectionStart;
    const begin = end - this.call().length;
    this.text.setRangeText(`${written} `, begin, end, 'end');
    this.close();
    this.text.focus();
    this.text.dispatchEvent(new Event('input', { bubbles: true }));
  }

  close() {
    clearTimeout(this.timer);
    this.list.hidden = true;
    this.status.textContent = '';
    this.text.removeAttribute('aria-activedescendant');
  }
}

export function startMentions() {
  onEach('[data-mentions]', (text) => new Mentions(text).start());
}
