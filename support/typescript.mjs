// Lets this process load TypeScript, where Node.js does not do so by itself. A loader of the usual kind would look into
// every library too, and that takes longer than most commands.
import { register } from 'node:module';

if (!process.features.typescript) register('./typescript-hooks.mjs', import.meta.url);
