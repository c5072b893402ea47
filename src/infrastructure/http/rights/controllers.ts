import type { Type } from '@nestjs/common';
import { RightsController } from './rights.controller.js';

/** The controllers of this context. Routes are tried in this order. */
export const rightsControllers: readonly Type[] = [RightsController];
