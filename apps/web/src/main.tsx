import { StrictMode } from 'react';
import { createRoot, hydrateRoot } from 'react-dom/client';
import { Site } from './site.tsx';

const root = document.getElementById('site');
if (root === null) throw new TypeError('index.html has no #site');
const path = window.location.pathname;
const site = (
  <StrictMode>
    <Site firstPath={path} />
  </StrictMode>
);
// A document that was written for this address stays as it is and comes to life.
if (root.dataset['page'] === path) hydrateRoot(root, site);
else createRoot(root).render(site);
