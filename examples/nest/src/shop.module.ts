import { type DynamicModule, type MiddlewareConsumer, Module, type NestModule } from '@nestjs/common';
import { identityOf } from './identity.js';
import { apisOf, PortOneModule } from './portone.js';
import { type Settings, SettingsModule } from './settings.js';
import { ShopController } from './shop.controller.js';
import { keepVisit } from './visits.js';

@Module({})
export class ShopModule implements NestModule {
  static of(settings: Settings): DynamicModule {
    return {
      module: ShopModule,
      imports: [SettingsModule.of(settings), PortOneModule, ...apisOf(settings).flatMap(identityOf)],
      controllers: [ShopController],
    };
  }

  configure(consumer: MiddlewareConsumer) {
    consumer.apply(keepVisit).forRoutes('*');
  }
}
