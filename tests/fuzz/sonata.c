/* Target: the configuration of a SONATA simulation, over a circuit of two cells that a source drives. */
#include <hdf5.h>

#include "fuzz.h"

static void write_numbers(hid_t file, const char *path, hid_t type, const void *values)
{
  const hsize_t n = 2;
  hid_t links = H5Pcreate(H5P_LINK_CREATE), space = H5Screate_simple(1, &n, NULL);
  H5Pset_create_intermediate_group(links, 1);
  hid_t dataset = H5Dcreate2(file, path, type, space, links, H5P_DEFAULT, H5P_DEFAULT);
  H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values);
  H5Dclose(dataset);
  H5Sclose(space);
  H5Pclose(links);
}

static void write_population(hid_t dataset_file, const char *path, const char *name)
{
  hid_t dataset = H5Dopen2(dataset_file, path, H5P_DEFAULT), type = H5Tcopy(H5T_C_S1), space = H5Screate(H5S_SCALAR);
  H5Tset_size(type, 4);
  hid_t attribute = H5Acreate2(dataset, "node_population", type, space, H5P_DEFAULT, H5P_DEFAULT);
  H5Awrite(attribute, type, name);
  H5Aclose(attribute);
  H5Sclose(space);
  H5Tclose(type);
  H5Dclose(dataset);
}

static void write_circuit(void)
{
  static const uint64_t zeros[] = {0, 0}, ids[] = {0, 1}, sources[] = {1, 1};
  static const double times[] = {1, 2.5};
  hid_t file = H5Fcreate("c.h5", H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  write_numbers(file, "/nodes/v1/node_type_id", H5T_NATIVE_UINT64, zeros);
  write_numbers(file, "/nodes/in/node_type_id", H5T_NATIVE_UINT64, sources);
  write_numbers(file, "/edges/in_v1/source_node_id", H5T_NATIVE_UINT64, ids);
  write_numbers(file, "/edges/in_v1/target_node_id", H5T_NATIVE_UINT64, ids);
  write_numbers(file, "/edges/in_v1/edge_type_id", H5T_NATIVE_UINT64, zeros);
  write_numbers(file, "/spikes/in/timestamps", H5T_NATIVE_DOUBLE, times);
  write_numbers(file, "/spikes/in/node_ids", H5T_NATIVE_UINT64, ids);
  write_population(file, "/edges/in_v1/source_node_id", "in\0");
  write_population(file, "/edges/in_v1/target_node_id", "v1\0");
  H5Fclose(file);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
  (void)argc, (void)argv;
  fuzz_begin();
  write_circuit();
  fuzz_write_text("n.csv", "node_type_id model_type model_template dynamics_params ei\n"
                           "0 point_neuron nest:iaf_psc_exp c.json e\n1 virtual NULL NULL NULL\n");
  fuzz_write_text("e.csv", "edge_type_id syn_weight delay model_template\n0 900 1 static_synapse\n");
  fuzz_write_text("c.json", "{\"tau_m\": 5, \"I_e\": 300}\n");
  return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  fuzz_write("run.json", data, size);
  fuzz_model("run.json");
  return 0;
}
