// The conditions of docs/reference/forms.md, read and answered as the server does it in
// service/forms/conditions.py and checking.py: the cases of tests/data/conditions.json hold for both.
// They replace form-js's FEEL, which knows more and differs where a value is empty, hidden or not ticked.

const TOKEN = /\s*(?:([A-Za-z_][A-Za-z0-9_]*)|(!=|=)|(-?[0-9]{1,15})(?![0-9A-Za-z_.])|"([^"\\]*)")/y;
const CONSTANTS = new Map([['true', true], ['false', false], ['null', null]]);
const NUMBER = /^-?\d{1,15}(?:[.,]\d{1,6})?$/;

const parsed = new Map();

function tokens(text) {
  const found = [];
  TOKEN.lastIndex = 0;
  const rest = text.trimEnd();
  while (TOKEN.lastIndex < rest.length) {
    const match = TOKEN.exec(rest);
    if (match === null) {
      throw new Error(`The condition ${text} cannot be read.`);
    }
    const [, word, sign, number, quoted] = match;
    found.push({ word, sign, number, quoted });
  }
  return found;
}

function constantOf({ word, number, quoted }) {
  if (number !== undefined) {
    return Number(number);
  }
  return quoted ?? CONSTANTS.get(word);
}

/** Groups of comparisons: [[{name, equal, constant}, …], …]. The server has refused what is no condition. */
function parse(expression) {
  if (!parsed.has(expression)) {
    const groups = [[]];
    const found = tokens(expression.trimStart().slice(1));
    for (let index = 0; index < found.length; index += 4) {
      const [name, sign, constant, joint] = found.slice(index, index + 4);
      groups.at(-1).push({ name: name.word, equal: sign.sign === '=', constant: constantOf(constant) });
      if (joint?.word === 'or') {
        groups.push([]);
      }
    }
    parsed.set(expression, groups);
  }
  return parsed.get(expression);
}

/** A field's value as the server would keep it; null for an empty text and for what is not ticked. */
function cleaned(field, value) {
  if (value === undefined || value === null || (field.type === 'checkbox' && value !== true && value !== 'true')) {
    return null;
  }
  if (field.type === 'checkbox') {
    return true;
  }
  const text = String(value).normalize('NFC').split(/\s+/u).filter(Boolean).join(' ');
  if (text === '') {
    return null;
  }
  if (field.type !== 'number') {
    return text;
  }
  return NUMBER.test(text) ? Number(text.replace(',', '.')) : null;
}

/** What is hidden and what is required, for the components of a form and the values and variables in `data`. */
export class Answers {
  constructor(components, data) {
    this.fields = new Map(components.filter(({ key }) => key !== undefined).map((field) => [field.key, field]));
    this.data = data;
    this.known = new Map();
  }

  holds(expression) {
    return parse(expression).some((group) => group.every(({ name, equal, constant }) =>
      (this.value(name) === constant) === equal));
  }

  /** The value behind a name: of a hidden field there is none. */
  value(name) {
    if (!this.fields.has(name)) {
      return this.data[name] ?? null;
    }
    if (!this.known.has(name)) {
      const field = this.fields.get(name);
      // Conditions in a circle are refused by the server; this only keeps a browser from going round in it.
      this.known.set(name, null);
      this.known.set(name, this.hides(field) ? null : cleaned(field, this.data[name]));
    }
    return this.known.get(name);
  }

  hides({ conditional }) {
    return conditional?.hide !== undefined && this.holds(conditional.hide);
  }

  requires({ validate, properties }) {
    const condition = properties?.required_when;
    return validate?.required === true || (condition !== undefined && this.holds(condition));
  }
}

/** form-js's `expressionLanguage`: it knows the conditions and nothing else. */
export class Conditions {
  static $inject = ['formFieldRegistry'];

  constructor(formFieldRegistry) {
    this.registry = formFieldRegistry;
  }

  answers(data) {
    return new Answers(this.registry.getForm()?.components ?? [], data);
  }

  isExpression(value) {
    return typeof value === 'string' && value.trimStart().startsWith('=');
  }

  getVariableNames() {
    return [];
  }

  evaluate() {
    return null;
  }

  evaluateUnaryTest(expression, data = {}) {
    return this.isExpression(expression) ? this.answers(data).holds(expression) : null;
  }
}

/** form-js's `conditionChecker`: takes the values of hidden fields out. */
export class ConditionChecker {
  static $inject = ['expressionLanguage'];

  constructor(expressionLanguage) {
    this.conditions = expressionLanguage;
  }

  applyConditions(data, known = {}) {
    const answers = this.conditions.answers(known);
    const kept = { ...data };
    for (const [key, field] of answers.fields) {
      if (answers.hides(field)) {
        delete kept[key];
      }
    }
    return kept;
  }

  check(condition, data = {}) {
    return this.conditions.evaluateUnaryTest(condition, data);
  }
}
