// What the Edge Function starts from.
import core from 'listing-sync:core';
import mappings from 'listing-sync:mappings';
import { serve } from '../adapters/supabase.js';

serve({ core, mappings });
