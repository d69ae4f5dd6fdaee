// Loaded on pages that show a task's form.
import { mountTaskForm } from '../modules/forms/task_form.js';
import { onEach } from '../modules/page/parts.js';

onEach('form[data-form-schema-id]', mountTaskForm);
