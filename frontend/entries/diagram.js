// Loaded on pages that show a diagram.
import '../styles/diagram.css';
import { mountDiagram } from '../modules/bpmn/viewer.js';
import { onEach } from '../modules/page/parts.js';

onEach('[data-diagram-url]', mountDiagram);
