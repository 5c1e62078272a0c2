using OrleansHybrid.Domain.Codes;

namespace OrleansHybrid.Domain.Tests.Codes;

public sealed class RegistryAddressTests
{
    [Theory]
    [InlineData("", "docker.io")]
    [InlineData("docker.io", "docker.io")]
    [InlineData("https://index.docker.io/v1/", "docker.io")]
    [InlineData("registry-1.docker.io", "docker.io")]
    [InlineData("registry.example.com", "registry.example.com")]
    [InlineData(" https://Registry.Example.com:5000/v2/ ", "registry.example.com:5000")]
    [InlineData("http://127.0.0.1:5000", "127.0.0.1:5000")]
    [InlineData("gcr.io/project", "gcr.io")]
    public void A_registry_has_one_name_however_it_is_written(string written, string name)
    {
        Assert.Equal(name, RegistryAddress.Normalize(written));
        Assert.Equal(name, RegistryAddress.Normalize(name));
    }
}
