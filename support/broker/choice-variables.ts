/** The variables of the environment by which a broker is chosen. */
export const choiceVariables = [
  'BROKER',
  'BROKER_IMAGE',
  'AMQP_URL',
  'AMQP_CA_FILE',
  'MANAGEMENT_URL',
  'RESTART_COMMAND',
  'KILL_COMMAND',
] as const;
