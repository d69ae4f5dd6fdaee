// Loaded on every page: styles, htmx and the small features that any page may ask for by attribute.
import 'bootstrap/js/dist/collapse.js';
import 'bootstrap/js/dist/tab.js';

import '../styles/app.css';
import { startMentions } from '../modules/comments/mentions.js';
import { startCounts } from '../modules/inbox/counts.js';
import { startInboxKeys } from '../modules/inbox/keys.js';
import { startTicks } from '../modules/inbox/ticks.js';
import { startCopying } from '../modules/page/copying.js';
import { startErrorSummaries } from '../modules/page/error_summary.js';
import { startFocus } from '../modules/page/focus.js';
import { startMenus } from '../modules/page/menus.js';
import { startPrinting } from '../modules/page/printing.js';
import { startRequests } from '../modules/page/requests.js';
import { startRetyping } from '../modules/page/retyping.js';
import { startSending } from '../modules/page/sending.js';
import { startValidity } from '../modules/page/validity.js';
import { startPreviews } from '../modules/previews/opener.js';
import { startChanges } from '../modules/tasks/changes.js';
import { startDrafts } from '../modules/tasks/drafts.js';
import { startOverlaps } from '../modules/tasks/overlaps.js';
import { startFilePickers } from '../modules/uploads/picker.js';
import { startUploadChecks } from '../modules/uploads/sizes.js';

startRequests();
startSending();
startErrorSummaries();
startCopying();
startFocus();
startMenus();
startPrinting();
startTicks();
startInboxKeys(); // After the ticks: their bar moves the row that shall stay in sight.
startCounts();
startUploadChecks();
startFilePickers();
startDrafts();
startChanges();
startMentions();
startPreviews();
startOverlaps();
startValidity();
startRetyping();
