import { DEFAULT_PASSWORD, FIRST_PORT } from "../defaults.ts";

/** What `--help` prints. */
export const HELP = `bsky-devnet: a whole AT Protocol network on localhost, OAuth included

Usage: bsky-devnet [flags]               Start a network
       bsky-devnet COMMAND [flags]       Speak to the one that runs

Commands:

  status                  Where everything is, who is there, and what is wrong on purpose
  fault SERVER down       Take a server down (up brings it back): plc, pds, pds2, appview, resolver, jetstream
  fault SERVER slow TIME  Let each answer take so much longer, like 3s
  fault SERVER STATUS     Answer everything with a status, like 500
  fault PDS habit HABIT   Behave as another kind of server does, like no-refresh-rotation
  fault clear [SERVER]    Put all of that right
  fault --list            What is wrong, and all that can be
  expire ACCOUNT [WHAT]   Let their OAuth sessions run out; or only what is access-token or refresh-token
  revoke ACCOUNT          End their OAuth sessions
  clock +TIME             Let time pass for the network, like 1h or 15d; reset goes back to now

Flags:

  --second-pds            A second PDS, with handles under .pds2.test
  --appview KIND          stand-in (default), reference (needs PostgreSQL), or none
  --postgres URL          For --appview reference; default postgres://postgres@127.0.0.1:5432/postgres,
                          or BSKY_DEVNET_POSTGRES_URL
  --data DIR              Keep accounts, records, sessions and ports in DIR between runs
  --seed FILE             People from a file of JSON, in place of alice, bob and carla
  --no-accounts           Start empty, without alice, bob and carla
  --publish ORIGIN=PORT   Make an invented https origin lead to your app, like https://my-app.dev=3000;
                          may be given more than once
  --behave HABIT          Make the PDSes behave as other servers do, like no-refresh-rotation; may be given
                          more than once. The README lists the habits

  --port N                First of the ports (default ${FIRST_PORT}): PLC directory N, PDS N+1,
                          AppView N+2, handle resolver N+3, second PDS N+4, Jetstream N+5, control N+6.
                          0 is any free one for each
  --plc-port N  --pds-port N  --appview-port N  --resolver-port N  --jetstream-port N  --control-port N
                          One of them; 0 is any free one. --pds-port may be given twice
  --host ADDRESS          Listen on another address than 127.0.0.1, in a container

  --at URL                With a command: the control address of the network that is meant, where more
                          than one runs; or BSKY_DEVNET_URL
  --json                  Print one line of JSON instead of the table
  --verbose               Show the logs of the reference servers
  -h, --help              Print this
  -v, --version           Print the version

Every ready-made account has the password "${DEFAULT_PASSWORD}". Everything listens on 127.0.0.1 only.
Ctrl+C stops it. Exit codes: 1 when a network refuses, 2 when it can't run or is used wrongly.
`;
