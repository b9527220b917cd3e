import { startMutantProxy } from './proxy.ts';
import * as library from './library/index.ts';
import { spawnSync, spawn } from 'node:child_process';
const all: any = library;
const amqp = { host: '127.0.0.1', port: 25672 };
for (const expr of process.argv.slice(2)) {
  const mutant = expr.includes('(') ? new Function('library', `return library.${expr}`)(library) : all[expr];
  const proxy = await startMutantProxy({
    mutant,
    amqp,
    managementUrl: 'http://127.0.0.1:25673',
    administrator: { username: 'guest', password: 'guest', virtualHost: '/' },
  });
  const env = {
    ...process.env,
    AMQP_URL: `amqp://guest:guest@127.0.0.1:${proxy.amqp.port}`,
    MANAGEMENT_URL: proxy.managementUrl!.replace('http://', 'http://guest:guest@'),
  };
  const t = Date.now();
  const out = await new Promise<string>((resolve) => {
    const c = spawn('node', ['support/commands/run.mjs', 'test'], { env });
    let s = '';
    c.stdout.on('data', (d) => (s += d));
    c.stderr.on('data', (d) => (s += d));
    c.on('close', () => resolve(s));
  });
  console.log(`=== ${expr} fired ${proxy.fired} ${Date.now() - t} ms`);
  console.log(out.slice(-Number(process.env.TAIL ?? 3000)));
  await proxy.close();
}
