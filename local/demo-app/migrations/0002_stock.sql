alter table products add column stock integer not null default 0 check (stock >= 0);
update products set stock = 12 * id;
