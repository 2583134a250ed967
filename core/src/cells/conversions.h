// One function per type of column: appends a JSON value to `out`, or says why not. The steps before
// (treat_as_blank, error cell, blank) are convert_cell's; an invalid cell leaves `out` as it was.
#pragma once

#include <string>

#include "cells/content.h"
#include "listing_sync/cells.h"

namespace listing_sync {

using Conversion = CellCode(const Column& column, const Content& content, CellScratch& scratch,
                            std::string& out);

Conversion convert_text;
Conversion convert_number;  // integer, too
Conversion convert_date;
Conversion convert_year_month;
Conversion convert_datetime;
Conversion convert_boolean;
Conversion convert_enumeration;
Conversion convert_url;
Conversion convert_email;
Conversion convert_phone;

}  // namespace listing_sync
