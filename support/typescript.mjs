// Lets this process load TypeScript: Node.js does not in all versions, and in none what lies under node_modules. A loader
// of the usual kind would look into every library too, and that takes longer than most commands.
import { register } from 'node:module';

register('./typescript-hooks.mjs', import.meta.url);
