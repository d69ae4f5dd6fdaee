// The checks of docs/reference/forms.md, in the reader's language. They replace form-js's own validator,
// whose messages are English and do not name the field; the server makes the same checks again.
import { say } from '../page/words.js';
import { isStoredDate } from './dates.js';

const CHOICES = new Set(['radio', 'select']);
const NUMBER = /^-?\d{1,15}(?:[.,](\d{1,6}))?$/;

function isEmpty(field, value) {
  return field.type === 'checkbox' ? value !== true : value === null || value === undefined || String(value).trim() === '';
}

function requiredMessage(field, label) {
  if (field.type === 'checkbox') {
    return say('check.tick', { label });
  }
  if (field.type === 'filepicker') {
    return say('check.file', { label });
  }
  return say(CHOICES.has(field.type) ? 'check.choose' : 'check.required', { label });
}

function numberMessages(field, value, label) {
  const match = NUMBER.exec(String(value).trim());
  if (match === null) {
    return [say('check.number', { label })];
  }
  const decimals = match[1]?.length ?? 0;
  if (field.decimalDigits !== undefined && decimals > field.decimalDigits) {
    const key = field.decimalDigits === 0 ? 'check.integer' : 'check.decimals';
    return [say(key, { label, limit: field.decimalDigits })];
  }
  return [];
}

function ruleMessages(field, value, label) {
  const { min, max, minLength, maxLength, pattern } = field.validate ?? {};
  const text = String(value).trim();
  const length = [...text].length;
  const number = Number(text.replace(',', '.'));
  const broken = [
    ['check.min_length', minLength, length < minLength],
    ['check.max_length', maxLength, length > maxLength],
    ['check.min', min, number < min],
    ['check.max', max, number > max],
    ['check.pattern', pattern, pattern !== undefined && !new RegExp(`^(?:${pattern})$`, 'u').test(text)],
  ];
  return broken.filter(([, limit, fails]) => limit !== undefined && fails).map(([key, limit]) => say(key, { label, limit }));
}

/** What is wrong with a value of a field, in words; an empty list when nothing is. */
export function complaints(field, value, required) {
  const label = labelOf(field);
  if (isEmpty(field, value)) {
    return required ? [requiredMessage(field, label)] : [];
  }
  if (field.type === 'filepicker') {
    return [];
  }
  if (field.type === 'datetime') {
    return isStoredDate(value) ? [] : [say('check.date', { label })];
  }
  if (field.type === 'number') {
    const wrong = numberMessages(field, value, label);
    if (wrong.length > 0) {
      return wrong;
    }
  }
  return ruleMessages(field, value, label);
}

export function labelOf(field) {
  return field.dateLabel ?? field.label ?? '';
}

/** Whether a field must be filled, given the values of the form; `conditions` is form-js's expression language. */
export function isRequired(field, conditions, values) {
  return conditions.answers(values).requires(field);
}

/**
 * form-js's `validator` service. `rejected` holds what the server found wrong, by field key; it is shown as
 * long as the field keeps the value that the server saw.
 */
export class FieldValidator {
  static $inject = ['form', 'formFieldRegistry', 'expressionLanguage'];

  constructor(form, formFieldRegistry, expressionLanguage) {
    this.form = form;
    this.fields = formFieldRegistry;
    this.expressionLanguage = expressionLanguage;
    this.rejected = new Map();
  }

  reject(key, value, messages) {
    this.rejected.set(key, { value, messages });
  }

  validateField(field, value) {
    const rejection = this.rejected.get(field.key);
    if (rejection?.value === value) {
      return rejection.messages;
    }
    const { initialData, data } = this.form._getState();
    return complaints(field, value, isRequired(field, this.expressionLanguage, { ...initialData, ...data }));
  }

  validateFieldInstance({ id }, value) {
    const field = this.fields.get(id);
    return field ? this.validateField(field, value) : [];
  }
}
