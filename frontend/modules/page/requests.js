// htmx, tied down to what the content security policy allows, with the CSRF token on every request.
import htmx from 'htmx.org';

import { notify } from './notices.js';
import { meta } from './parts.js';
import { say } from './words.js';

Object.assign(htmx.config, {
  allowEval: false,
  // Swapped parts carry JSON in script elements; the policy lets no inline script run.
  allowScriptTags: true,
  includeIndicatorStyles: false,
  selfRequestsOnly: true,
  // Pages hold personal data: none is kept in the browser's storage.
  historyCacheSize: 0,
  refreshOnHistoryMiss: true,
  responseHandling: [
    { code: '204', swap: false },
    { code: '[23]..', swap: true },
    // The server answers a form with mistakes, or one overtaken by somebody else, by the corrected part.
    { code: '409|422', swap: true },
    { code: '[45]..', swap: false, error: true },
  ],
});

export function startRequests() {
  document.addEventListener('htmx:configRequest', (event) => {
    event.detail.headers['X-CSRFToken'] = meta('csrf-token');
  });
  document.addEventListener('htmx:sendError', () => notify(say('request.failed'), 'problem'));
  document.addEventListener('htmx:responseError', (event) => {
    const signedOut = event.detail.xhr.status === 401;
    notify(say(signedOut ? 'request.signed_out' : 'request.refused'), 'problem');
  });
}
