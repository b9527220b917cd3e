/** Parts of Erlang/OTP all modules of which RabbitMQ loads when it starts, with the releases below. */
const ofErlang = [
  'compiler',
  'crypto',
  'inets',
  'kernel',
  'mnesia',
  'os_mon',
  'public_key',
  'sasl',
  'ssl',
  'stdlib',
  'syntax_tools',
  'tools',
  'xmerl',
];

/** Parts of RabbitMQ, of any release, with the plugins of every broker that we start. */
const ofRabbitmq = [
  'amqp10_common',
  'amqp_client',
  'aten',
  'cowboy',
  'cowlib',
  'credentials_obfuscation',
  'cuttlefish',
  'enough',
  'gen_batch_server',
  'horus',
  'khepri',
  'khepri_mnesia_migration',
  'observer_cli',
  'osiris',
  'ra',
  'rabbit',
  'rabbit_common',
  'rabbitmq_auth_mechanism_ssl',
  'rabbitmq_consistent_hash_exchange',
  'rabbitmq_management',
  'rabbitmq_management_agent',
  'rabbitmq_prelaunch',
  'rabbitmq_recent_history_exchange',
  'rabbitmq_web_dispatch',
  'ranch',
  'recon',
  'seshat',
  'stdout_formatter',
  'sysmon_handler',
  'syslog',
  'systemd',
  'thoas',
];

/**
 * The releases of Erlang/OTP for which that is so. With older ones, which do not compile what they load, and newer ones,
 * with which RabbitMQ loads less, they would be for nothing.
 */
const releases = [24, 25];

/**
 * Whether this is the node of the broker, which takes its name when it has started, and not the one that it starts, and
 * awaits, so that the port mapper runs.
 */
const isBroker = 'error==init:get_argument(sname)';

/** Erlang for the parts of them that are to be loaded. */
const parts = `[Part||Part<-[${ofErlang.join(',')}],lists:member(list_to_integer(erlang:system_info(otp_release)),[${releases.join(',')}])]++[${ofRabbitmq.join(',')}]`;

/** Erlang for the folders of these parts that are there, and for the modules in them. */
const folders = `[filename:join(Folder,ebin)||Part<-${parts},Folder<-[code:lib_dir(Part)],is_list(Folder)]`;
const modules = `[list_to_atom(filename:rootname(File))||Folder<-Folders,File<-filelib:wildcard([${Buffer.from('*.beam').join(',')}],Folder)]`;

/** Each is looked for in the folders in turn, sixty of them: the ones that it may be in come first meanwhile. */
const load = [
  `Folders=${folders}`,
  'Path=code:get_path()',
  'code:set_path(Folders++(Path--Folders))',
  `code:ensure_modules_loaded(${modules})`,
  'code:set_path(Path)',
].join(',');

/**
 * A flag for the variable `ERL_AFLAGS` of a node, by which it loads its modules at the very beginning and all at once. On
 * its own it would load them one after the other, and look for each in up to sixty folders: that is two of the five
 * seconds, and half of the processor time, in which RabbitMQ 3.10 starts, and a quarter for 4.x. What is not there, is
 * loaded when it is needed, as without the flag.
 *
 * The expression has neither spaces nor quotation marks, which scripts on the way would take for their own.
 */
export const loadedFirst = `-eval catch(${isBroker}andalso((fun()->${load}end)())).`;
