import { DEFAULT_PASSWORD, FIRST_PORT } from "../defaults.ts";

/** What `--help` prints. */
export const HELP = `bsky-devnet: a whole AT Protocol network on localhost, OAuth included

Usage: bsky-devnet [flags]

  --second-pds            A second PDS, with handles under .pds2.test
  --appview KIND          stand-in (default), reference (needs PostgreSQL), or none
  --postgres URL          For --appview reference; default postgres://postgres@127.0.0.1:5432/postgres,
                          or BSKY_DEVNET_POSTGRES_URL
  --data DIR              Keep accounts, records, sessions and ports in DIR between runs
  --no-accounts           Start empty, without alice, bob and carla
  --publish ORIGIN=PORT   Make an invented https origin lead to your app, like https://my-app.dev=3000;
                          may be given more than once
  --behave HABIT          Make the PDSes behave as other servers do, like no-refresh-rotation; may be given
                          more than once. The README lists the habits

  --port N                First of the ports (default ${FIRST_PORT}): PLC directory N, PDS N+1,
                          AppView N+2, handle resolver N+3, second PDS N+4, Jetstream N+5
  --plc-port N  --pds-port N  --appview-port N  --resolver-port N  --jetstream-port N
                          One of them; 0 is any free one. --pds-port may be given twice

  --json                  Print one line of JSON instead of the table
  --verbose               Show the logs of the reference servers
  -h, --help              Print this
  -v, --version           Print the version

Every ready-made account has the password "${DEFAULT_PASSWORD}". Everything listens on 127.0.0.1 only.
Ctrl+C stops it.
`;
