import { render } from 'preact';
import { App } from './app.tsx';
import { embeddedMatrix } from './embedded.ts';
import './page.css';
import './table.css';
import './brokers.css';
import './controls.css';
import './dialog.css';
import './comparison.css';
import './aloud.css';

const root = document.querySelector('#page');
if (root !== null) render(<App matrix={embeddedMatrix()} />, root);
