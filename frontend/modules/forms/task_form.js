// A task form on a page: form-js draws the schema inside the HTML form, whose ordinary POST carries the values.
import { createForm } from '@bpmn-io/form-js-viewer';
import { options } from 'preact';

import { showErrorSummary } from '../page/error_summary.js';
import { notify } from '../page/notices.js';
import { language, say } from '../page/words.js';
import { FieldValidator } from './checks.js';
import { ConditionChecker, Conditions } from './conditions.js';
import { anchorOf, fields } from './fields.jsx';
import { FormFiles } from './files.jsx';
import { inLanguage } from './schema.js';

// form-js draws a <form>; ours stands around it and forms do not nest, so that one becomes a <div>.
const drawNode = options.vnode;
options.vnode = (node) => {
  if (node.type === 'form') {
    node.type = 'div';
    delete node.props.noValidate;
  }
  drawNode?.(node);
};

function registerFields(formFields) {
  for (const field of fields) {
    formFields.register(field.config.type, field);
  }
}
registerFields.$inject = ['formFields'];

/** What form-js is given of ours, for one form with its files. */
function ourParts(files) {
  return {
    __init__: [registerFields],
    validator: ['type', FieldValidator],
    expressionLanguage: ['type', Conditions],
    conditionChecker: ['type', ConditionChecker],
    formFiles: ['value', files],
  };
}

/** The JSON in the <script type="application/json"> that an attribute of the form names by id. */
function readJson(form, attribute, otherwise) {
  const id = form.dataset[attribute];
  return id ? JSON.parse(document.getElementById(id).textContent) : otherwise;
}

class TaskForm {
  constructor(form, drawn, schema) {
    this.form = form;
    this.drawn = drawn;
    this.schema = schema;
    this.validator = drawn.get('validator');
    this.attempted = false;
  }

  get keyed() {
    return this.schema.components.filter((component) => component.key !== undefined);
  }

  start() {
    this.form.noValidate = true;
    this.form.addEventListener('formdata', (event) => this.contribute(event.formData));
    // In the capture phase: before htmx and the drafts see the event.
    this.form.addEventListener('submit', (event) => this.submit(event), { capture: true });
    this.form.addEventListener('trinh:restored', () => this.restore());
    this.form.addEventListener('keydown', (event) => this.pressed(event));
    this.form.addEventListener('change', (event) => {
      if (event.target.name?.startsWith('verdict-')) {
        this.followVerdicts();
      }
    });
    this.drawn.on('field.updated', () => this.attempted && setTimeout(() => this.drawn.validate()));
    this.restore();
  }

  /** Put the values under the fields' keys; what only serves the drawing is taken out. */
  contribute(formData) {
    const values = this.drawn._getSubmitData();
    for (const { key } of this.keyed) {
      formData.delete(anchorOf({ key }));
      const value = values[key];
      if (value === true || (value !== false && value !== null && value !== undefined && value !== '')) {
        formData.set(key, String(value).trim());
      }
    }
  }

  /** Browsers send a form by Enter on a choice too: that would decide by one key, without a look back. */
  pressed(event) {
    if (event.key === 'Enter' && event.target.matches('input[type="radio"], input[type="checkbox"]')) {
      event.preventDefault();
    }
  }

  submit(event) {
    if (event.submitter?.formNoValidate) {
      return;
    }
    if (this.drawn.get('formFiles').travelling > 0) {
      notify(say('files.wait'), 'problem');
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    this.attempted = true;
    this.validator.rejected.clear();
    const errors = this.drawn.validate();
    const mistakes = this.keyed
      .filter(({ id }) => errors[id])
      .map((field) => ({ anchor: anchorOf(field), message: errors[field.id][0] }));
    showErrorSummary(this.form, mistakes);
    if (mistakes.length > 0) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
  }

  /** Show what the server found wrong: {key: [message, …]}. */
  showRejections(rejections) {
    const { data } = this.drawn._getState();
    const instances = this.drawn.get('formFieldInstanceRegistry').getAllKeyed();
    for (const { id, key } of this.keyed.filter((field) => field.key in rejections)) {
      this.validator.reject(key, data[key], rejections[key]);
      const instance = instances.find((candidate) => candidate.id === id);
      if (instance) {
        this.drawn.get('viewerCommands').updateFieldInstanceValidation(instance, data[key]);
      }
    }
  }

  /** Take over values that an interrupted session left in this browser. */
  restore() {
    const { restoredValues } = this.form;
    if (restoredValues) {
      this.redraw(restoredValues);
    }
  }

  /** What is asked for depends on what is kept: a decision number, on something in the locality's own power. */
  followVerdicts() {
    const { data } = this.drawn._getState();
    const kept = this.kept();
    if (Object.keys(kept).some((name) => kept[name] !== data[name])) {
      this.redraw(data);
    }
  }

  redraw(values) {
    const { initialData } = this.drawn._getState();
    this.drawn.importSchema(this.schema, { ...initialData, ...values, ...this.kept() });
  }

  /** As the server will count: whatever is not dropped is kept. */
  kept() {
    const rows = [...this.form.querySelectorAll('[data-power]')];
    if (rows.length === 0) {
      return {};
    }
    const standing = rows.filter((row) => !row.querySelector('input[value="drop"]:checked'));
    return {
      has_local: standing.some((row) => row.dataset.power === 'own'),
      has_upward: standing.some((row) => row.dataset.power === 'upward'),
    };
  }
}

/**
 * Draw the form that `data-form-schema-id` names into its `[data-form-mount]`, with the values and variables
 * of `data-form-data-id` and the server's complaints of `data-form-errors-id`.
 */
export async function mountTaskForm(form) {
  const mount = form.querySelector('[data-form-mount]');
  try {
    const schema = inLanguage(readJson(form, 'formSchemaId'), language());
    const files = new FormFiles(form.dataset.formFilesUrl ?? '', readJson(form, 'formFilesId', {}));
    const drawn = await createForm({
      container: mount,
      schema,
      data: readJson(form, 'formDataId', {}),
      additionalModules: [ourParts(files)],
    });
    const taskForm = new TaskForm(form, drawn, schema);
    taskForm.start();
    taskForm.showRejections(readJson(form, 'formErrorsId', {}));
    form.dataset.formReady = '';
  } catch (error) {
    mount.textContent = say('form.broken');
    mount.classList.add('field-error');
    throw error;
  }
}
