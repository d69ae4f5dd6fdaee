// Menus close as people expect: by Escape, which gives the focus back, and by going elsewhere.
import { onEach } from './parts.js';

export function startMenus() {
  onEach('details.menu', (menu) => {
    menu.addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && menu.open) {
        menu.open = false;
        menu.querySelector('summary').focus();
      }
    });
    menu.addEventListener('focusout', (event) => {
      if (event.relatedTarget !== null && !menu.contains(event.relatedTarget)) {
        menu.open = false;
      }
    });
  });
  document.addEventListener('click', (event) => {
    for (const menu of document.querySelectorAll('details.menu[open]')) {
      if (!menu.contains(event.target)) {
        menu.open = false;
      }
    }
  });
}
