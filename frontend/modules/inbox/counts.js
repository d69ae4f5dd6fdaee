// Counts that have not changed leave the page alone: whoever stands on a folder with the keyboard stays there.

let known = null;

export function startCounts() {
  document.addEventListener('htmx:beforeSwap', (event) => {
    if (event.detail.target.id !== 'folders') {
      return;
    }
    const tag = event.detail.xhr.getResponseHeader('ETag');
    if (tag !== null && tag === known) {
      event.detail.shouldSwap = false;
    }
    known = tag;
  });
}
