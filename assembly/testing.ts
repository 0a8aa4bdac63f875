export { finish, start, tick, walkBlock, walkFile } from './main';
