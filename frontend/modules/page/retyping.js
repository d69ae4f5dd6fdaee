// Another language draws the page anew: what stands in its ordinary forms goes along, also after a refusal.
// The forms that form-js draws come back from their drafts; secrets and files are not kept.
const KEPT = 'trinh.retyped';
const ASKED_AT = 'trinh.asked_at';
const FORMS = '#main form[method="post"]:not([data-form-schema-id])';
const FIELDS = 'textarea[name], select[name], input[name]:not([type="hidden"], [type="password"], [type="file"])';

/** The fields of a form that are kept. */
function fieldsOf(form) {
  return [...form.elements].filter((element) => element.matches(FIELDS));
}

const tickable = (field) => field.type === 'radio' || field.type === 'checkbox';

function keep(path) {
  const forms = [...document.querySelectorAll(FORMS)].map((form) => ({
    action: form.getAttribute('action'),
    fields: fieldsOf(form).map((field) => (tickable(field) ? [field.name, field.value, field.checked] : [field.name, field.value])),
  }));
  sessionStorage.setItem(KEPT, JSON.stringify({ path, forms }));
}

function retype(form, fields) {
  const left = fieldsOf(form);
  for (const [name, value, checked] of fields) {
    const at = left.findIndex((field) => field.name === name && (checked === undefined || field.value === value));
    if (at !== -1) {
      const [field] = left.splice(at, 1);
      if (checked === undefined) {
        field.value = value;
      } else {
        field.checked = checked;
      }
      field.dispatchEvent(new Event('input', { bubbles: true }));
      field.dispatchEvent(new Event('change', { bubbles: true }));
    }
  }
}

export function startRetyping() {
  const form = document.querySelector('[data-language-switch]');
  const here = location.pathname + location.search;
  if (form && form.dataset.languageSwitch !== 'sent') {
    // What a form is refused at has no page of its own: its page is the one before, however often it is refused.
    sessionStorage.setItem(ASKED_AT, here);
  }
  const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? 'null');
  sessionStorage.removeItem(KEPT);
  if (kept?.path === here) {
    for (const { action, fields } of kept.forms) {
      const again = [...document.querySelectorAll(FORMS)].find((one) => one.getAttribute('action') === action);
      if (again) {
        retype(again, fields);
      }
    }
  }
  form?.addEventListener('submit', () => {
    const next = form.elements.namedItem('next');
    if (form.dataset.languageSwitch === 'sent') {
      next.value = sessionStorage.getItem(ASKED_AT) ?? next.value;
    }
    keep(next.value);
  });
}
