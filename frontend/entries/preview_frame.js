// The only script of the sealed frame in which a PDF is drawn; see modules/previews.
import '../styles/preview_frame.css';
import { startPages } from '../modules/previews/pages.js';

startPages();
