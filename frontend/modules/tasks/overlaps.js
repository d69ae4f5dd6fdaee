// An answer about two rounds that run side by side settles the verdict too: what is the same is dropped here.
// The server does so in any case; this lets the page say the same before the form is sent.
const ANSWER = /^overlap-(\d+)-\d+$/;
const VERDICTS = { same: 'drop', different: 'select' };

/** The radio button of a nomination's verdict. */
function verdictOf(form, nomination, verdict) {
  return form.querySelector(`input[name="verdict-${nomination}"][value="${verdict}"]`);
}

function follow({ target }) {
  const [, nomination] = ANSWER.exec(target.name ?? '') ?? [];
  const verdict = nomination && verdictOf(target.form, nomination, VERDICTS[target.value]);
  if (verdict && !verdict.checked) {
    verdict.checked = true;
    verdict.dispatchEvent(new Event('change', { bubbles: true }));
  }
}

export function startOverlaps() {
  document.addEventListener('change', follow);
}
