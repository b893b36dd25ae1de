import { Catch, type RpcExceptionFilter } from '@nestjs/common';
import { type Observable, throwError } from 'rxjs';
import { storeUnavailable } from './account.errors.js';
import { isAway } from './database-failure.js';

/** Tells callers that the database is away: to them it would look like a bug otherwise, not like a reason to try again. */
@Catch()
export class StoreFilter implements RpcExceptionFilter {
  catch(error: unknown): Observable<never> {
    return throwError(() => (isAway(error) ? storeUnavailable(error) : error));
  }
}
