using Docker.DotNet.Models;
using OrleansHybrid.Primitives.Codes;

namespace OrleansHybrid.Runner.Sandboxes.Containers;

/// <summary>Extensions of the engine's models.</summary>
internal static class DockerModelExtensions
{
    private const string InterContainerTrafficOption = "com.docker.network.bridge.enable_icc";

    extension(NetworksCreateParameters)
    {
        /// <summary>A bridge whose containers can't reach each other.</summary>
        public static NetworksCreateParameters Isolated(string name) => new()
        {
            Name = name,
            Driver = "bridge",
            Options = new Dictionary<string, string> { [InterContainerTrafficOption] = "false", ["com.docker.network.bridge.name"] = name },
            Labels = new Dictionary<string, string> { ["orleans-hybrid.version"] = ProductInfo.Version },
        };
    }

    extension(NetworkResponse network)
    {
        /// <summary>True when its containers can't reach each other.</summary>
        public bool IsIsolated => network.Options?.TryGetValue(InterContainerTrafficOption, out var traffic) == true && traffic == "false";
    }

    extension(ImageInspectResponse image)
    {
        /// <summary>The digest by which the reference's registry knows it; what was never at a registry has its id only.</summary>
        public string DigestFor(ImageReference reference)
        {
            var known = (image.RepoDigests ?? []).Select(text => text.Split('@')).Where(parts => parts.Length == 2).ToList();
            return reference.Pinned ? reference.Version
                : (known.Find(parts => ImageReference.FullName(parts[0]) == reference.Name) ?? known.FirstOrDefault())?[1] ?? image.ID;
        }
    }
}
