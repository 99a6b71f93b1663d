// A shop's sign-up with bonin and Nest: npx tsc -p examples/nest && node examples/nest/build/main.js
import path from 'node:path';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Sandbox } from 'bonin';
import type { Request, Response } from 'express';
import { readSettings } from '../../shop/settings.js';
import { ShopModule } from './shop.module.js';

async function main() {
  const settings = await readSettings(Sandbox);
  const app = await NestFactory.create<NestExpressApplication>(ShopModule.of(settings), { logger: ['error', 'warn'] });
  app.set('trust proxy', 'loopback'); // the one with https before it: the cookie is Secure then
  app.use('/bonin.js', (_req: Request, res: Response) => res.sendFile(require.resolve('bonin/browser.js')));
  app.useStaticAssets(path.join(__dirname, '..', '..', 'page'));
  app.enableShutdownHooks(); // on SIGTERM what is under way is finished
  await app.listen(process.env.PORT ?? 8000, process.env.HOST ?? '127.0.0.1');
  console.log(`${await app.getUrl()} (Ctrl-C stops it)`);
  if (settings.sandbox) console.log(`PortOne is a sandbox at ${settings.url}`);
}
main();
