'use strict';
// Private servers on loopback, from the distribution's own programs: {missing} or {url(database), sql(database, text), stop()}.
// Their time zone is that of Seoul, so that a moment that is written without its zone is seen.

const { execFileSync, spawn } = require('node:child_process');
const fs = require('node:fs');
const net = require('node:net');
const os = require('node:os');
const path = require('node:path');
const { setTimeout: sleep } = require('node:timers/promises');

const AS_NOBODY = ['setpriv', '--reuid=nobody', '--regid=nogroup', '--clear-groups'];

const quiet = (command, options = {}) =>
  execFileSync(command[0], command.slice(1), { cwd: '/', stdio: ['pipe', 'pipe', 'pipe'], timeout: 60_000, ...options }).toString();

/** The last of a program's places that is there. */
function programOf(name, ...places) {
  const there = [...places, ...(process.env.PATH ?? '').split(':')].map((place) => path.join(place, name));
  return there.find((file) => fs.existsSync(file));
}

async function freePort() {
  const server = net.createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A directory that the server may write: the servers refuse to run as root. */
function room() {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'bonin-db-'));
  const root = process.getuid() === 0;
  if (root) quiet(['chown', 'nobody', directory]);
  const remove = () => fs.rmSync(directory, { recursive: true, force: true });
  return { directory, as: root ? AS_NOBODY : [], remove };
}

async function startPostgres() {
  const versions = '/usr/lib/postgresql';
  const newest = fs.existsSync(versions) ? fs.readdirSync(versions).sort((a, b) => Number(b) - Number(a)) : [];
  const initdb = programOf('initdb', ...newest.map((version) => `${versions}/${version}/bin`));
  if (initdb === undefined) return { missing: 'PostgreSQL is not installed (package `postgresql`)' };
  const bin = path.dirname(fs.realpathSync(initdb));
  const { directory, as, remove } = room();
  const data = path.join(directory, 'data');
  quiet([...as, initdb, '-D', data, '-U', 'bonin', '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-sync']);
  const port = await freePort();
  const settings = `-c listen_addresses=127.0.0.1 -p ${port} -c unix_socket_directories= -c max_connections=120 -c fsync=off -c timezone=Asia/Seoul`;
  const control = (...what) => quiet([...as, path.join(bin, 'pg_ctl'), '-s', '-w', '-t', '60', '-D', data, ...what]);
  control('start', '-l', path.join(directory, 'log'), '-o', settings);
  const url = (database) => `postgresql://bonin@127.0.0.1:${port}/${database}?sslmode=disable`;
  return {
    url,
    sql: (database, text) => quiet([path.join(bin, 'psql'), '-XqAt', '-v', 'ON_ERROR_STOP=1', url(database)], { input: text }),
    stop() {
      control('stop', '-m', 'immediate');
      remove();
    },
  };
}

async function startMariadb() {
  const server = programOf('mariadbd', '/usr/sbin');
  const install = programOf('mariadb-install-db');
  if (server === undefined || install === undefined) return { missing: 'MariaDB is not installed (package `mariadb-server`)' };
  const { directory, as, remove } = room();
  const data = path.join(directory, 'data');
  quiet([...as, install, '--no-defaults', `--datadir=${data}`, '--auth-root-authentication-method=normal', '--skip-test-db']);
  const port = await freePort();
  const socket = path.join(directory, 'socket');
  const settings = [`--datadir=${data}`, `--socket=${socket}`, `--port=${port}`, '--bind-address=127.0.0.1'];
  const quick = ['--innodb-flush-log-at-trx-commit=0', '--innodb-log-file-size=16M', '--skip-log-bin', '--default-time-zone=+09:00'];
  const [command, ...rest] = [...as, server, '--no-defaults', ...settings, ...quick];
  const child = spawn(command, rest, { cwd: '/', stdio: 'ignore' });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const sql = (database, text) =>
    quiet(['mariadb', '--no-defaults', '-uroot', '-BN', `--socket=${socket}`, ...(database ? [database] : [])], { input: text });
  for (let left = 300; ; --left) {
    if (child.exitCode !== null || left === 0) throw new Error('MariaDB did not start');
    try {
      sql('', "CREATE USER bonin@'127.0.0.1'; GRANT ALL ON *.* TO bonin@'127.0.0.1'");
      break;
    } catch {
      await sleep(100);
    }
  }
  return {
    url: (database) => `mysql://bonin@127.0.0.1:${port}/${database}`,
    sql,
    async stop() {
      child.kill('SIGKILL');
      await ended;
      remove();
    },
  };
}

module.exports = { startMariadb, startPostgres };
