// How each kind of field looks. form-js keeps the schema, the values, the conditions and the layout; its own
// inputs are replaced because its date picker follows the browser's locale, its select and its radio group
// have no native semantics, and its labels cannot become required while the person chooses an outcome.
import { FormContext, LocalExpressionContext } from '@bpmn-io/form-js-viewer';
import { useContext, useState } from 'preact/hooks';

import { say } from '../page/words.js';
import { isRequired, labelOf } from './checks.js';
import { storedDate, typedDate } from './dates.js';
import { Files } from './files.jsx';

/** The id of a field's element: what an error summary links to. */
export function anchorOf(field) {
  return `field-${field.key ?? field.id}`;
}

function useRequired(field) {
  const { getService } = useContext(FormContext);
  const { data } = useContext(LocalExpressionContext);
  return isRequired(field, getService('expressionLanguage'), data);
}

/** The attributes that tie an input to its description and its errors. */
function ties(field, errors, required) {
  const anchor = anchorOf(field);
  const described = [field.description && `${anchor}-hint`, errors.length > 0 && `${anchor}-error`];
  return {
    'aria-describedby': described.filter(Boolean).join(' ') || undefined,
    'aria-invalid': errors.length > 0 ? 'true' : undefined,
    'aria-required': required ? 'true' : undefined,
  };
}

function LabelText({ field, required }) {
  return (
    <>
      {labelOf(field)}
      {required && <span class="field__required" aria-hidden="true"> *</span>}
    </>
  );
}

function Notes({ field, errors, hint }) {
  const anchor = anchorOf(field);
  const description = [field.description, hint].filter(Boolean).join(' · ');
  return (
    <>
      {description && <p class="field__hint" id={`${anchor}-hint`}>{description}</p>}
      {errors.length > 0 && (
        <ul class="field-error" id={`${anchor}-error`}>
          {errors.map((error) => <li key={error}>{error}</li>)}
        </ul>
      )}
    </>
  );
}

function className(errors) {
  return errors.length > 0 ? 'field field--wrong' : 'field';
}

/** A field of one labelled control; `children` gets the attributes of the control. */
function Labelled({ field, errors, hint, children }) {
  const required = useRequired(field);
  const attributes = { id: anchorOf(field), ...ties({ ...field, description: field.description || hint }, errors, required) };
  return (
    <div class={className(errors)}>
      <label class="field__label" for={anchorOf(field)}><LabelText field={field} required={required} /></label>
      <Notes field={field} errors={errors} hint={hint} />
      {children(attributes)}
    </div>
  );
}

function TextField({ field, errors = [], value, readonly, disabled, onChange }) {
  return (
    <Labelled field={field} errors={errors}>
      {(attributes) => (
        <input {...attributes} class="form-control" type="text" autocomplete="off" value={value ?? ''} readOnly={readonly}
          disabled={disabled} onInput={(event) => onChange({ value: event.currentTarget.value })} />
      )}
    </Labelled>
  );
}

function NumberField({ field, errors = [], value, readonly, disabled, onChange }) {
  return (
    <Labelled field={field} errors={errors}>
      {(attributes) => (
        <input {...attributes} class="form-control field__short" type="text" autocomplete="off"
          inputMode={field.decimalDigits === 0 ? 'numeric' : 'decimal'} value={value ?? ''} readOnly={readonly}
          disabled={disabled} onInput={(event) => onChange({ value: event.currentTarget.value })} />
      )}
    </Labelled>
  );
}

function TextArea({ field, errors = [], value, readonly, disabled, onChange }) {
  return (
    <Labelled field={field} errors={errors}>
      {(attributes) => (
        <textarea {...attributes} class="form-control" rows={3} value={value ?? ''} readOnly={readonly}
          disabled={disabled} onInput={(event) => onChange({ value: event.currentTarget.value })} />
      )}
    </Labelled>
  );
}

function DateField({ field, errors = [], value, readonly, disabled, onChange }) {
  // The form gets the date as soon as it is one, but unreadable text only when the person leaves the field,
  // so that a half-typed date is not called wrong.
  const [typing, setTyping] = useState(null);
  const type = (text) => {
    setTyping(text);
    const date = storedDate(text);
    if (date !== null || text === '') {
      onChange({ value: date ?? '' });
    }
  };
  const leave = () => {
    if (typing !== null) {
      onChange({ value: storedDate(typing) ?? typing.trim() });
      setTyping(null);
    }
  };
  return (
    <Labelled field={field} errors={errors} hint={say('field.date_hint')}>
      {(attributes) => (
        <input {...attributes} class="form-control field__short" type="text" autocomplete="off" inputMode="numeric"
          placeholder="dd/mm/yyyy" maxLength={10} value={typing ?? typedDate(value ?? '')} readOnly={readonly}
          disabled={disabled} onInput={(event) => type(event.currentTarget.value)} onBlur={leave} />
      )}
    </Labelled>
  );
}

function SelectField({ field, errors = [], value, disabled, onChange }) {
  return (
    <Labelled field={field} errors={errors}>
      {(attributes) => (
        <select {...attributes} class="form-select" value={value ?? ''} disabled={disabled}
          onChange={(event) => onChange({ value: event.currentTarget.value || null })}>
          <option value="">{say('field.select')}</option>
          {field.values.map((option) => <option key={option.value} value={option.value}>{option.label}</option>)}
        </select>
      )}
    </Labelled>
  );
}

function RadioGroup({ field, errors = [], value, disabled, onChange }) {
  const required = useRequired(field);
  const anchor = anchorOf(field);
  return (
    <fieldset class={className(errors)} id={anchor} {...ties(field, errors, false)} role="radiogroup">
      <legend class="field__label"><LabelText field={field} required={required} /></legend>
      <Notes field={field} errors={errors} />
      {field.values.map((option) => (
        <label class="choice" key={option.value}>
          <input class="form-check-input" type="radio" name={anchor} value={option.value}
            checked={option.value === value} disabled={disabled} onChange={() => onChange({ value: option.value })} />
          <span>{option.label}</span>
        </label>
      ))}
    </fieldset>
  );
}

function Checkbox({ field, errors = [], value, disabled, onChange }) {
  const required = useRequired(field);
  return (
    <div class={className(errors)}>
      <label class="choice">
        <input class="form-check-input" type="checkbox" id={anchorOf(field)} checked={value === true} disabled={disabled}
          {...ties(field, errors, required)} onChange={(event) => onChange({ value: event.currentTarget.checked })} />
        <span><LabelText field={field} required={required} /></span>
      </label>
      <Notes field={field} errors={errors} />
    </div>
  );
}

function FilesField({ field, errors = [], disabled, onChange }) {
  return (
    <Labelled field={field} errors={errors} hint={say('files.hint')}>
      {(attributes) => <Files field={field} attributes={attributes} disabled={disabled} onChange={onChange} />}
    </Labelled>
  );
}

function Text({ field }) {
  return <p class="field__text">{field.text}</p>;
}

/** The value as text; anything that is no text or number counts as nothing. */
function asText({ value }) {
  return ['string', 'number'].includes(typeof value) ? String(value) : '';
}

function asOption({ formField, value }) {
  return formField.values?.some((option) => option.value === value) ? value : null;
}

function describe(component, type, more) {
  component.config = { type, keyed: true, create: (options = {}) => options, ...more };
  return component;
}

export const fields = [
  describe(TextField, 'textfield', { emptyValue: '', sanitizeValue: asText }),
  describe(TextArea, 'textarea', { emptyValue: '', sanitizeValue: asText }),
  describe(NumberField, 'number', { emptyValue: '', sanitizeValue: asText }),
  describe(DateField, 'datetime', { emptyValue: '', sanitizeValue: asText }),
  describe(SelectField, 'select', { emptyValue: null, sanitizeValue: asOption }),
  describe(RadioGroup, 'radio', { emptyValue: null, sanitizeValue: asOption }),
  describe(Checkbox, 'checkbox', { emptyValue: false, sanitizeValue: ({ value }) => value === true || value === 'true' }),
  describe(FilesField, 'filepicker', { emptyValue: '', sanitizeValue: asText }),
  describe(Text, 'text', { keyed: false }),
];
