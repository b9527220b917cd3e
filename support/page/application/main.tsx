import { render } from 'preact';
import { App } from './app.tsx';
import { embeddedData } from './embedded.ts';
import './common.css';
import './page.css';
import './overview/overview.css';
import './overview/brokers.css';
import './list/table.css';
import './list/controls.css';
import './claim/claim.css';
import './comparison/comparison.css';
import './aloud.css';
import './print.css';

const root = document.querySelector('#page');
if (root !== null) render(<App data={embeddedData()} />, root);
