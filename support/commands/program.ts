import { resolve } from 'node:path';
import { Argument, Command, Option } from 'commander';
import { UsageError } from '../errors.ts';
import { asTyped, isPackage, root, specsOf } from '../project.ts';
import { ownVersion } from '../report/results.ts';
import { seedOfRun } from '../seed.ts';
import { unreadable } from './readable-path.mjs';

/** How the broker under test is chosen. */
const broker = [
  new Option('--broker <provider>', 'auto (the default), external, container, local or embedded').env(
    'BROKER',
  ),
  new Option('--url <url>', 'tests the broker there: amqp://user:password@host:port/vhost').env('AMQP_URL'),
  new Option(
    '--management-url <url>',
    'its management API: http://host:port, with user:password@ where it has its own',
  ).env('MANAGEMENT_URL'),
  new Option('--ca-file <file>', 'authority of its certificate (PEM), for amqps:// and https://').env(
    'AMQP_CA_FILE',
  ),
  new Option('--restart-command <command>', 'restarts it gracefully, for claims that need it').env(
    'RESTART_COMMAND',
  ),
  new Option('--kill-command <command>', 'kills it and starts it again, for claims that need it').env(
    'KILL_COMMAND',
  ),
  new Option(
    '--nodes <names>',
    "how these commands call the nodes of a cluster: one,two,three; default: --url's hosts",
  ).env('NODES'),
  new Option('--node-kill-command <command>', 'kills the node $NODE of a cluster, and lets it be down').env(
    'NODE_KILL_COMMAND',
  ),
  new Option('--node-stop-command <command>', 'stops it gracefully, and lets it be down').env(
    'NODE_STOP_COMMAND',
  ),
  new Option('--node-start-command <command>', 'starts it again').env('NODE_START_COMMAND'),
  new Option('--node-pause-command <command>', 'suspends it').env('NODE_PAUSE_COMMAND'),
  new Option('--node-resume-command <command>', 'lets it go on').env('NODE_RESUME_COMMAND'),
  new Option('--node-cut-command <command>', 'cuts it off from the other nodes alone').env(
    'NODE_CUT_COMMAND',
  ),
  new Option('--node-heal-command <command>', 'lets it reach them again').env('NODE_HEAL_COMMAND'),
  new Option('--node-drain-command <command>', 'puts it into maintenance mode').env('NODE_DRAIN_COMMAND'),
  new Option('--node-revive-command <command>', 'ends its maintenance mode').env('NODE_REVIVE_COMMAND'),
  new Option('--image <image>', 'starts this image in a container').env('BROKER_IMAGE'),
];
/** What of the environment chooses a broker otherwise than an option, and so does not count beside it. */
const contradicting: Record<string, readonly string[]> = {
  url: ['BROKER'],
  image: ['BROKER', 'AMQP_URL'],
};

const ownSpecs = new Option('--specs <folder>', "a folder of one's own claims, as ./my-specs means it").env(
  'SPECS',
);
const queueType = new Option(
  '--queue-type <type>',
  'with queues of this type alone: classic, quorum or stream',
);
const cluster = new Option('--cluster', 'what is about clusters, on one of three nodes, and that alone');
const shard = new Option('--shard <part/of>', 'one of several parts of about the same length: 1/2');
const seed = new Option(
  '--seed <number>',
  'what histories and walks play at random; 1 is the default, so that each run plays the same',
).env('SEED');
const baseline = new Option(
  '--baseline <file>',
  'the results.json of an earlier run: tells what has changed since',
);
const reports = new Option('--reports <folder>', 'where the report goes; reports is the default').env(
  'REPORTS',
);
const reportsFor = new Option(
  '--reports-for <readers>',
  'people (the default), or programs, who need no pages',
).env('REPORTS_FOR');

const claims = new Argument(
  '[claims...]',
  'areas, ids of claims, or spec files; ./my-specs: a folder of own claims',
);
const brokers = 'images, names of fixtures/brokers.json, addresses, or the results.json of earlier runs';

const codes = {
  asExpected: '0  everything is as expected',
  violated: '1  a claim is violated',
  wrongUse: '2  wrong use, or a broken set-up',
  couldNotRun: '3  something could not run, or the run was interrupted',
};
const signalled = '130, 143, 129  ended by SIGINT, SIGTERM, SIGHUP';

/** All commands: each with its arguments, its options with the variables of the environment, and its exit codes. */
export function program(): Command {
  const all = new Command(isPackage ? 'brokerproof' : 'pnpm')
    .description('Executable proof of AMQP 0-9-1 broker semantics.')
    .version(ownVersion)
    .helpOption('-h, --help', 'tells how it is used')
    .helpCommand(false)
    .configureHelp({ showGlobalOptions: false })
    .configureOutput({ outputError: (text, write) => write(sentence(text)) })
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
    .hook('preAction', (_all, command) => intoEnvironment(command));
  all.showHelpAfterError(`${asTyped('COMMAND')} --help tells how a command is used.`);

  const command = (name: string, description: string, exitCodes: readonly string[]): Command =>
    all
      .command(name)
      .description(description)
      .showHelpAfterError(`${asTyped(name)} --help tells how it is used.`)
      .addHelpText('after', `\nExit codes:\n${exitCodes.map((line) => `  ${line}`).join('\n')}`);

  withOptions(
    command('test', 'Runs the specs against a broker, and leaves a report.', [
      ...Object.values(codes),
      signalled,
    ]),
    [...broker, queueType, cluster, seed, shard, baseline, ownSpecs, reports, reportsFor],
  )
    .addArgument(claims)
    .option(
      '--watch',
      'again whenever a spec or what it imports is saved, on the same broker; shows timelines',
    )
    .action(async (names, options) => (await import('./test.ts')).run(names, options));

  withOptions(
    command('preflight', 'Tells what can be tested on a broker as this user, and what would open the rest.', [
      '0  the suite can run',
      "2  it can't: wrong use, no such broker, or it does not let the user in",
      '3  the broker went away',
    ]),
    broker,
  ).action(async () => (await import('./preflight.ts')).run());

  withOptions(
    command('prove', 'Runs each spec against each of its mutants.', [
      '0  every spec was seen to fail as it must',
      '1  some were not',
      codes.wrongUse,
      codes.couldNotRun,
      signalled,
    ]),
    [...broker, queueType, cluster, seed, ownSpecs],
  )
    .addArgument(claims)
    .option('--all', 'crosses every mutant with every spec in which it finds something to do')
    .option(
      '--systematic',
      'instead of those that somebody thought of, all mutants that follow from the table of methods',
    )
    .action(async (names, options) => (await import('./prove.ts')).run(names, options));

  command('matrix', 'Runs the suite on several brokers, and puts what they show side by side.', [
    '0  every broker is as expected',
    codes.violated,
    codes.wrongUse,
    codes.couldNotRun,
  ])
    .argument('[brokers...]', `${brokers}; all of fixtures/brokers.json are the default`)
    .action(async (asked) => (await import('./matrix.ts')).run(asked));

  command('compare', 'Tells what changes for somebody who goes from one broker to another.', [
    '0  nothing differs',
    '1  something does, or applies to one only',
    codes.wrongUse,
    '3  one of them could not be run',
  ])
    .usage('[options] A B')
    .argument('[brokers...]', brokers)
    .option('--markdown', 'writes Markdown, for a pull request')
    .option('--json', 'writes JSON, for programs')
    .action(async (asked, options) => (await import('./compare.ts')).run(asked, options));

  withOptions(
    command('upgrade', 'Upgrades a broker in place to another release, and tells what its data became.', [
      ...Object.values(codes),
      signalled,
    ]),
    [reports],
  )
    .usage('[options] A B')
    .argument('[brokers...]', 'two images, or names of fixtures/brokers.json')
    .addOption(
      new Option('--anyway', 'also where the documentation knows no such step').env('UPGRADE_ANYWAY'),
    )
    .action(async (asked) => (await import('./upgrade.ts')).run(asked));

  command('merge', 'Puts what the parts of a run have left into one report.', Object.values(codes))
    .argument('[results...]', 'the results.json of each part, or folders in which they lie')
    .addOption(reports)
    .addOption(baseline)
    .action(async (places, options) => (await import('./merge.ts')).run(places, options));

  command('profile', 'Drafts the profile of a product of which nothing is known.', [
    '0  the draft was written',
    '2  wrong use, or there is no such broker, or it does not start',
    '3  the command was interrupted, or the broker went away',
  ])
    .usage('[options] BROKER')
    .argument('[brokers...]', 'an image, a name of fixtures/brokers.json, or an address')
    .action(async (asked) => (await import('./profile.ts')).run(asked));

  command('claim', 'Writes a new claim into its spec file, whose story is to be written yet.', [
    '0  it is written',
    codes.wrongUse,
  ])
    .usage('new AREA/SLUG [options]')
    .argument('<new>', 'what is to be done: new')
    .argument('<id>', 'area and slug: consuming/round-robin')
    .option('--says <sentence>', 'the behaviour, in one sentence')
    .option('--documented <url...>', "of a section of RabbitMQ's documentation; several where several say it")
    .option('--topic <topic>', 'names the file, which may be there already; the slug is the default')
    .action(async (what, id, options) => (await import('./claim.ts')).run(what, id, options));

  command('claims', 'Lists the claims, without starting a broker.', ['0  they are listed', codes.wrongUse])
    .addArgument(claims)
    .addOption(ownSpecs)
    .option('--json', 'writes JSON, for programs')
    .option('--regressions', 'the bugs of released brokers that refute them, and how each was seen')
    .option('--for <product@version>', 'what stored results say of each on a broker: rabbitmq@4.3')
    .action(async (names, options) => (await import('./claims.ts')).run(names, options));

  return all;
}

function withOptions(command: Command, options: readonly Option[]): Command {
  for (const option of options) command.addOption(option);
  return command;
}

/** What is read from the environment, an option says as well. */
function intoEnvironment(command: Command): void {
  const given = command.options.filter(
    (option) => command.getOptionValueSource(option.attributeName()) === 'cli',
  );
  for (const name of given.flatMap((option) => contradicting[option.attributeName()] ?? []))
    delete process.env[name];
  for (const option of given) {
    const value = command.getOptionValue(option.attributeName());
    if (option.envVar !== undefined) process.env[option.envVar] = String(value);
  }
  if (command.options.includes(seed)) seedOfRun();

  const [names] = command.processedArgs as [string[]?];
  if (names === undefined || !command.options.includes(ownSpecs)) return;
  const at = names.findIndex((name) => /^(?:\.\.?(?:\/|$)|\/)/.test(name));
  const [folder] = at < 0 ? [] : names.splice(at, 1);
  if (folder !== undefined) process.env['SPECS'] = resolve(folder);
  const odd = unreadable(specsOf(root));
  if (odd !== undefined) throw new UsageError(odd.problem, odd.cure);
}

/** `error: unknown option '--x'` as the other errors are told. */
function sentence(text: string): string {
  const told = text.replace(/^error: /, '');
  return told.charAt(0).toUpperCase() + told.slice(1);
}
