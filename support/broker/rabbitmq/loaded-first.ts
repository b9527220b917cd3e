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

/** A list of Erlang of the modules whose files are there; without spaces and quotation marks. */
const modules = [
  '[list_to_atom(filename:rootname(File))',
  `||Part<-[Part||Part<-[${ofErlang.join(',')}],lists:member(list_to_integer(erlang:system_info(otp_release)),[${releases.join(',')}])]++[${ofRabbitmq.join(',')}]`,
  ',Folder<-[code:lib_dir(Part)],is_list(Folder)',
  `,File<-filelib:wildcard([${Buffer.from('*.beam').join(',')}],filename:join(Folder,ebin))]`,
].join('');

/**
 * A flag for the variable `ERL_AFLAGS` of a node, by which it loads its modules at the very beginning and all at once. On
 * its own it would load them one after the other, and look for each in up to sixty folders: that is two of the five
 * seconds, and half of the processor time, in which RabbitMQ 3.10 starts, and a quarter for 4.x. What is not there, is
 * loaded when it is needed, as without the flag.
 *
 * The expression has neither spaces nor quotation marks, which scripts on the way would take for their own.
 */
export const loadedFirst = `-eval catch(code:ensure_modules_loaded(${modules})).`;
