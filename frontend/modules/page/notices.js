/**
 * Show a passing message in the page's live region (`<div id="notices" role="status">`), which screen
 * readers announce. `kind` is "info" or "problem".
 */
export function notify(message, kind = 'info') {
  const region = document.getElementById('notices');
  if (region === null) {
    return;
  }
  const notice = document.createElement('p');
  notice.className = `page-notice page-notice--${kind}`;
  notice.textContent = message;
  region.replaceChildren(notice);
}
