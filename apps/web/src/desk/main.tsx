import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Desk } from './desk.tsx';

const root = document.getElementById('desk');
if (root === null) throw new TypeError('desk.html has no #desk');
createRoot(root).render(
  <StrictMode>
    <Desk />
  </StrictMode>,
);
