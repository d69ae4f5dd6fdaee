// A field that takes files. Each file travels to the server as soon as it is chosen; the form carries only
// numbers, so that a draft holds the files too and a lost connection loses none of them.
import { FormContext } from '@bpmn-io/form-js-viewer';
import { useContext, useState } from 'preact/hooks';

import { meta } from '../page/parts.js';
import { say } from '../page/words.js';

const KINDS = '.pdf,.png,.jpg,.jpeg,.docx,.xlsx';

/** Ask the server; the answer's JSON, or {told} with what went wrong. */
async function ask(url, body) {
  try {
    const answer = await fetch(url, {
      method: 'POST',
      body,
      headers: { 'X-CSRFToken': meta('csrf-token'), 'X-Requested-With': 'files' },
      redirect: 'manual',
      credentials: 'same-origin',
    });
    if (answer.status === 204) {
      return { done: true };
    }
    const signedOut = answer.type === 'opaqueredirect' || answer.status === 401;
    const said = answer.headers.get('Content-Type')?.startsWith('application/json') ? await answer.json() : {};
    return { done: answer.ok, ...said, told: signedOut ? say('request.signed_out') : said.told };
  } catch {
    return { done: false };
  }
}

/** The files of a form by field: what has arrived, and how many are on their way. */
export class FormFiles {
  constructor(url, files) {
    this.url = url;
    this.files = files;
    this.travelling = 0;
  }

  of(key) {
    return this.files[key] ?? [];
  }

  async add(key, file) {
    const body = new FormData();
    body.set('file', file);
    this.travelling += 1;
    const answer = await ask(this.url + key, body);
    this.travelling -= 1;
    if (answer.done) {
      this.files[key] = [...this.of(key), answer];
    }
    return answer;
  }

  async remove(key, file) {
    const answer = await ask(file.remove, new FormData());
    if (answer.done) {
      this.files[key] = this.of(key).filter(({ id }) => id !== file.id);
    }
    return answer;
  }

  /** What the form holds for a field. */
  value(key) {
    return this.of(key).map(({ id }) => id).join(',');
  }
}

/** The part of the field below its label: the files, the way to add one, and what happens just now. */
export function Files({ field, attributes, disabled, onChange }) {
  const store = useContext(FormContext).getService('formFiles');
  const [said, tell] = useState('');
  const [wrong, complain] = useState([]);
  const add = async (event) => {
    const input = event.currentTarget;
    const refused = [];
    for (const file of [...input.files]) {
      tell(say('files.uploading', { name: file.name }));
      const answer = await store.add(field.key, file);
      if (answer.done) {
        tell(say('files.uploaded', { name: answer.name }));
      } else {
        refused.push(answer.told ?? say('files.failed', { name: file.name }));
        tell('');
      }
      complain([...refused]);
      onChange({ value: store.value(field.key) });
    }
    input.value = '';
    // The draft listens for changes of the page's own fields.
    input.dispatchEvent(new Event('change', { bubbles: true }));
  };
  const remove = async (file) => {
    const answer = await store.remove(field.key, file);
    tell(answer.done ? say('files.removed', { name: file.name }) : '');
    complain(answer.done ? [] : [answer.told ?? say('request.failed')]);
    onChange({ value: store.value(field.key) });
    document.getElementById(attributes.id)?.focus();
  };
  return (
    <>
      {store.of(field.key).length > 0 && (
        <ul class="files">
          {store.of(field.key).map((file) => (
            <li key={file.id}>
              <a href={file.url}>{file.name}</a> <span class="muted">({file.size})</span>
              <button class="btn btn-link btn-sm" type="button" onClick={() => remove(file)}>
                {say('files.remove')}<span class="visually-hidden"> {file.name}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      {wrong.length > 0 && <ul class="field-error" role="alert">{wrong.map((text) => <li key={text}>{text}</li>)}</ul>}
      <div class="file-choice">
        <span class="btn btn-secondary" aria-hidden="true">
          {say(field.multiple === true ? 'files.choose_some' : 'files.choose')}
        </span>
        <span class="file-choice__names">{store.of(field.key).length === 0 && say('files.none')}</span>
        <input {...attributes} type="file" multiple={field.multiple === true} accept={KINDS}
          disabled={disabled} onChange={(event) => event.currentTarget.files.length > 0 && add(event)} />
      </div>
      <p class="field__hint" role="status">{said}</p>
    </>
  );
}
